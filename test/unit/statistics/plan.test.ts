import {
  aggregateBefore,
  decideEffects,
  groupByAggregate,
  planReplacement,
} from '../../../processors/statistics/plan.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { decodeAttributes } from '../../../shared/model/attribute.ts';
import type { Change } from '../../../shared/stream/change.ts';
import { shardTree } from '../../../shared/stream/lineage.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { changeOf } from '../../support/given/changes.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';

const TREE = shardTree(['shard-1', 'shard-2'].map((id) => ({ id, parent: undefined })));
const version = (number: number) =>
  versionItem({ version: number, ...(number > 1 && { status: 'completed' as const, riskScore: 10 * number }) });
const inserted = (number: number, sequence: string, shard = 'shard-1'): Change =>
  changeOf({ new: version(number), sequence, shard });

/** The item that a batch leaves behind; the stored one where there is nothing to write. */
function after(stored: Attributes | undefined, ...changes: Change[]): Attributes | undefined {
  const works = groupByAggregate(changes.map((change) => ({ change, result: decideEffects(reviewer, change) })));
  expect(works).toHaveLength(1);
  const [work] = works;
  const plan = work && planReplacement(reviewer.table, work, aggregateBefore(work, stored, 1), TREE);
  return plan?.replacement.item ?? stored;
}
const own = (item: Attributes | undefined): Record<string, unknown> =>
  decodeAttributes(item ?? {}).afterwrite as Record<string, unknown>;

test('the first change makes the aggregate: what people read, its position and its revision in one item', () => {
  const item = after(undefined, inserted(1, '100'));
  expect(decodeAttributes(item ?? {})).toMatchObject({
    PK: 'REVIEW#r1',
    SK: 'STATS',
    attempts: 1,
    asOf: '2026-02-01T10:00:00.000Z',
  });
  expect(own(item)).toMatchObject({ statistic: 'review', revision: 1, fences: { 'shard-1': '100' } });
});

test('the write names the revision that it replaces', () => {
  const [work] = groupByAggregate([
    { change: inserted(2, '101'), result: decideEffects(reviewer, inserted(2, '101')) },
  ]);
  const stored = after(undefined, inserted(1, '100'));
  expect(
    work && planReplacement(reviewer.table, work, aggregateBefore(work, undefined, 1), TREE)?.replacement.revision,
  ).toBe(0);
  expect(
    work && planReplacement(reviewer.table, work, aggregateBefore(work, stored, 1), TREE)?.replacement.revision,
  ).toBe(1);
});

test('what comes again is found behind the fence, and written no more', () => {
  const item = after(undefined, inserted(1, '100'), inserted(2, '101'));
  expect(after(item, inserted(1, '100'))).toBe(item);
  expect(after(item, inserted(1, '100'), inserted(2, '101'))).toBe(item);
});

test('of a batch that comes again in another cut, only what is new counts', () => {
  const once = after(undefined, inserted(1, '99'), inserted(2, '100'), inserted(3, '101'));
  const twice = after(after(undefined, inserted(1, '99'), inserted(2, '100')), inserted(2, '100'), inserted(3, '101'));
  expect(decodeAttributes(twice ?? {})).toMatchObject({ attempts: 3 });
  expect({ ...own(twice), revision: 1 }).toEqual(own(once));
});

test('fences are numbers of any length: 100 lies behind 99', () => {
  expect(decodeAttributes(after(after(undefined, inserted(1, '99')), inserted(2, '100')) ?? {})).toMatchObject({
    attempts: 2,
  });
});

test('each shard has a fence of its own', () => {
  const item = after(after(undefined, inserted(1, '500')), inserted(2, '7', 'shard-2'));
  expect(decodeAttributes(item ?? {})).toMatchObject({ attempts: 2 });
  expect(own(item).fences).toEqual({ 'shard-1': '500', 'shard-2': '7' });
});

test('a change that leaves the contribution as it was has no effect at all', () => {
  const change = changeOf({ old: version(1), new: { ...version(1), note: { S: 'x' } } });
  expect(decideEffects(reviewer, change)).toEqual([]);
});

test('a modified version takes back what it was before', () => {
  const change = changeOf({ old: version(2), new: versionItem({ version: 2, status: 'failed' }), sequence: '103' });
  const item = after(after(undefined, inserted(1, '100'), inserted(2, '101')), change);
  expect(decodeAttributes(item ?? {})).toMatchObject({
    attempts: 2,
    failures: 1,
    now: { status: 'failed', riskScore: null },
  });
});

test("what somebody else wrote under an aggregate's key is told by that key", () => {
  expect(() => after({ PK: { S: 'REVIEW#r1' }, SK: { S: 'STATS' }, secret: { S: 'x' } }, inserted(1, '1'))).toThrow(
    expect.objectContaining({ code: 'ITEM_MALFORMED', message: "REVIEW#r1/STATS is not an aggregate of 'review'" }),
  );
});

test('changes that cancel each other in one batch are behind the fence all the same', () => {
  const deleted = changeOf({ old: version(1), sequence: '101' });
  const both = after(undefined, inserted(1, '100'), deleted);
  const again = after(both, inserted(1, '100'));
  expect(decodeAttributes(again ?? {}).attempts).toBeUndefined();
});
