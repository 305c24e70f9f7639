import { type Attributes, decodeAttributes } from '../../../shared/model/attribute.ts';
import type { Key } from '../../../shared/model/keys.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { readToTheEnd } from '../../support/given/reading.ts';
import { lives } from '../../support/given/review.ts';
import { findingItem, versionItem } from '../../support/given/reviewerItems.ts';
import { statisticsOver } from '../../support/given/statistics.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const clock = new TurnedClock();
let table: MemoryTable;
let state: ReturnType<typeof memoryState>;

beforeEach(() => {
  table = new MemoryTable(reviewer.table, clock);
  state = memoryState();
});

/** Writes items, and lets statistics read all that comes of it. */
async function given(...items: Attributes[]): Promise<void> {
  for (const item of items) table.put(item);
  await settled();
}
const settled = (): Promise<void> =>
  readToTheEnd({
    source: memoryStreamSource(table.stream),
    state,
    processors: [statisticsOver(table, { state, source: memoryStreamSource(table.stream) })],
    clock,
  });
const remove = async (...items: Attributes[]): Promise<void> => {
  for (const { PK, SK } of items) table.remove({ pk: textOf(PK), sk: textOf(SK) });
  await settled();
};
const textOf = (attribute: Attributes[string] | undefined): string =>
  attribute && 'S' in attribute ? attribute.S : '';
const read = (pk: string, sk = 'STATS'): Record<string, unknown> => {
  const { PK, SK, asOf, afterwrite, ...visible } = decodeAttributes(table.item({ pk, sk } satisfies Key) ?? {});
  return visible;
};

const { pending, completed, findings, fix } = lives;

test('a review that was asked for: pending, on the day of the request', async () => {
  await given(pending);
  expect(read('REVIEW#r1')).toMatchObject({ attempts: 1, now: { status: 'pending', version: 1, riskScore: null } });
  expect(read('STACK#network')).toMatchObject({
    reviews: 1,
    byStatus: { pending: 1, completed: 0, failed: 0 },
    risk: { count: 0, mean: null },
  });
  expect(read('STACK#network', 'STATS#2026-02-01')).toMatchObject({ day: '2026-02-01', reviews: 1 });
});

test('a review that was completed: it counts once, by its newest version, its findings on the day on which they were made', async () => {
  await given(pending, completed, ...findings);
  expect(read('STACK#network')).toEqual({
    stackId: 'network',
    reviews: 1,
    byStatus: { pending: 0, completed: 1, failed: 0 },
    risk: { count: 1, mean: 60, min: 60, max: 60, p50: 60, p90: 60 },
    findings: {
      total: 2,
      open: 2,
      bySeverity: { critical: 1, high: 1, medium: 0, low: 0, info: 0 },
      byCategory: { security: 1, reliability: 0, cost: 1, maintainability: 0, style: 0 },
    },
    fixes: { reviews: 0, findings: 0, riskRemoved: 0 },
    failureRate: 0,
    firstReviewedAt: '2026-02-01T23:50:00.000Z',
    lastReviewedAt: '2026-02-01T23:50:00.000Z',
  });
  expect(read('STACK#network', 'STATS#2026-02-01')).toMatchObject({ reviews: 1, findings: { total: 0 } });
  expect(read('STACK#network', 'STATS#2026-02-02')).toMatchObject({ reviews: 0, findings: { total: 2, open: 2 } });
  expect(read('RISK#2026-02-01')).toMatchObject({ reviews: 1, risk: { count: 1, mean: 60 } });
  expect(read('REVIEW#r1')).toMatchObject({ attempts: 2, findings: 2 });
});

test('a finding that was fixed: the risk falls, the issue is no longer open, the fix counts on its own day', async () => {
  await given(pending, completed, ...findings, fix);
  expect(read('STACK#network')).toMatchObject({
    reviews: 1,
    risk: { count: 1, mean: 20 },
    findings: { total: 2, open: 1 },
    fixes: { reviews: 1, findings: 1, riskRemoved: 40 },
  });
  expect(read('STACK#network', 'STATS#2026-02-03')).toMatchObject({
    reviews: 0,
    fixes: { reviews: 1, findings: 1, riskRemoved: 40 },
  });
  expect(read('STACK#network', 'STATS#2026-02-02')).toMatchObject({ findings: { total: 2, open: 1 } });
  expect(read('ISSUE#h1')).toMatchObject({
    occurrences: 1,
    open: 0,
    fixed: 1,
    stacks: 1,
    reviews: 1,
    rule: 'open-ingress',
  });
  expect(read('ISSUE#h2')).toMatchObject({ occurrences: 1, open: 1, fixed: 0, category: 'cost' });
});

test('in whatever order they come, the result is the same', async () => {
  await given(pending, completed, ...findings, fix);
  const expected = [read('REVIEW#r1'), read('STACK#network'), read('ISSUE#h1'), read('RISK#2026-02-01')];
  table = new MemoryTable(reviewer.table, clock);
  state = memoryState();
  await given(findings[1] as Attributes, fix, findings[0] as Attributes);
  await given(completed, pending);
  expect([read('REVIEW#r1'), read('STACK#network'), read('ISSUE#h1'), read('RISK#2026-02-01')]).toEqual(expected);
});

test("a user's delete uncovers the version before", async () => {
  await given(pending, completed, fix);
  await remove(fix);
  expect(read('REVIEW#r1')).toMatchObject({ attempts: 2, fixes: 0, now: { version: 2, riskScore: 60 } });
  expect(read('STACK#network')).toMatchObject({ risk: { mean: 60 }, fixes: { reviews: 0, riskRemoved: 0 } });
});

test('when all is deleted, nothing is left to read', async () => {
  await given(pending, completed, ...findings, fix);
  await remove(fix, ...findings, pending, completed);
  for (const pk of ['REVIEW#r1', 'STACK#network', 'ISSUE#h1', 'RISK#2026-02-01']) expect(read(pk)).toEqual({});
});

test('what expires counts on', async () => {
  await given(pending, completed, ...findings);
  const before = read('STACK#network');
  for (const id of ['f1', 'f2']) table.remove({ pk: `FINDING#${id}`, sk: 'REVIEW#r1' }, { byTtl: true });
  await settled();
  expect(read('STACK#network')).toEqual(before);
});

test('an issue counts its stacks and reviews once each, and knows when it was first and last seen', async () => {
  const on = (reviewId: string, stackId: string, findingId: string, day: number): Attributes =>
    findingItem({ reviewId, stackId, findingId, createdAt: `2026-02-0${day}T00:00:00.000Z` });
  await given(
    on('r1', 'network', 'a', 3),
    on('r1', 'network', 'b', 2),
    on('r2', 'network', 'c', 4),
    on('r3', 'storage', 'd', 1),
  );
  expect(read('ISSUE#h1')).toMatchObject({
    occurrences: 4,
    reviews: 3,
    stacks: 2,
    firstSeenAt: '2026-02-01T00:00:00.000Z',
    lastSeenAt: '2026-02-04T00:00:00.000Z',
  });
  await remove(on('r3', 'storage', 'd', 1));
  expect(read('ISSUE#h1')).toMatchObject({
    occurrences: 3,
    reviews: 2,
    stacks: 1,
    firstSeenAt: '2026-02-02T00:00:00.000Z',
  });
});

test('failures count as attempts, and in the rate of the stack', async () => {
  await given(
    versionItem({ status: 'failed', error: 'x' }),
    versionItem({ reviewId: 'r2', version: 2, status: 'completed', riskScore: 1 }),
  );
  expect(read('REVIEW#r1')).toMatchObject({ attempts: 1, failures: 1 });
  expect(read('STACK#network')).toMatchObject({ reviews: 2, failureRate: 0.5 });
});
