import { deriveEvents } from '../../../events/derive.ts';
import type { Envelope } from '../../../events/envelope.ts';
import { applyInputs, emptyAggregate } from '../../../shared/model/aggregate.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { aggregateToAttributes } from '../../../shared/model/storedAggregate.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { changeOf } from '../../support/given/changes.ts';
import { lives } from '../../support/given/review.ts';
import { findingItem, versionItem } from '../../support/given/reviewerItems.ts';

const origin = { stage: 'test', table: 'reviews' };
const eventsOf = (given: Parameters<typeof changeOf>[0]): Envelope[] => deriveEvents(reviewer, origin, changeOf(given));
const told = (given: Parameters<typeof changeOf>[0]): [string, unknown][] =>
  eventsOf(given).map(({ metadata, data }) => [metadata.type, data]);
const types = (given: Parameters<typeof changeOf>[0]): string[] => told(given).map(([type]) => type);

describe('the three lives of a review', () => {
  test('asked for', () => {
    expect(told({ new: lives.pending })).toEqual([
      [
        'ReviewRequested',
        { reviewId: 'r1', version: 1, stackId: 'network', requestedAt: '2026-02-01T23:50:00.000Z', requestedBy: 'u-1' },
      ],
    ]);
  });

  test('completed, with times of request and completion', () => {
    expect(told({ new: lives.completed })).toEqual([
      [
        'ReviewCompleted',
        {
          reviewId: 'r1',
          version: 2,
          stackId: 'network',
          riskScore: 60,
          requestedAt: '2026-02-01T23:50:00.000Z',
          completedAt: '2026-02-02T00:10:00.000Z',
        },
      ],
    ]);
  });

  test('fixed: risk before and after, and what was fixed; it is no second completion', () => {
    expect(told({ new: lives.fix })).toEqual([
      [
        'FixApplied',
        {
          reviewId: 'r1',
          version: 3,
          stackId: 'network',
          by: 'r9',
          riskBefore: 60,
          riskAfter: 20,
          riskRemoved: 40,
          fixed: [{ hash: 'h1', findings: 1, severity: 'critical', category: 'security' }],
        },
      ],
    ]);
  });

  test('or failed, with its error', () => {
    expect(told({ new: versionItem({ version: 2, status: 'failed', error: 'timeout' }) })).toMatchObject([
      ['ReviewFailed', { error: 'timeout' }],
    ]);
  });

  test('a finding by itself is no event', () => {
    expect(types({ new: findingItem() })).toEqual([]);
  });
});

test('an event says what it is, of what, when by the item itself, and where it comes from', () => {
  const [event] = eventsOf({ new: lives.completed, sequence: '7' });
  expect(event?.metadata).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{32}$/),
    type: 'ReviewCompleted',
    version: 1,
    dataSchema: 'afterwrite/reviewer/ReviewCompleted/1',
    time: '2026-02-02T00:10:00.000Z',
    subject: 'REVIEW#r1/VERSION#2',
    partitionKey: 'REVIEW#r1/VERSION#2',
    sequence: '7',
    correlationId: 'r1',
    causationId: 'event-7',
    actor: 'u-1',
    origin: { stage: 'test', table: 'reviews', cause: 'write', streamEventId: 'event-7' },
  });
});

describe('versions are created once', () => {
  test('a modified one is a violation, with the names of the fields that differ', () => {
    const given = { old: lives.completed, new: { ...lives.completed, riskScore: { N: '61' }, error: { S: 'x' } } };
    expect(told(given)).toMatchObject([
      ['ImmutabilityViolated', { violation: 'modified', fields: ['error', 'riskScore'] }],
    ]);
  });

  test('one that a user deletes too; one that expires is none', () => {
    expect(told({ old: lives.completed })).toMatchObject([
      ['ImmutabilityViolated', { violation: 'deleted', fields: [] }],
    ]);
    expect(types({ old: lives.completed, byTtl: true })).toEqual([]);
  });
});

describe('what afterwrite does itself', () => {
  const marked = (head: boolean): Attributes => ({
    ...lives.completed,
    afterwrite: { M: { leaving: { S: 'bundle-1' }, head: { BOOL: head } } },
  });

  test('the head of what was archived tells it, for all of its collection', () => {
    expect(told({ old: marked(true) })).toEqual([
      ['ReviewArchived', { reviewId: 'r1', version: 2, stackId: 'network', status: 'completed', bundle: 'bundle-1' }],
    ]);
    expect(types({ old: marked(false) })).toEqual([]);
  });

  test('marks and restored items are no events', () => {
    expect(types({ old: lives.completed, new: marked(true) })).toEqual([]);
    expect(types({ new: { ...lives.completed, afterwrite: { M: { restored: { S: 'bundle-1' } } } } })).toEqual([]);
  });
});

describe('thresholds', () => {
  const issue = (occurrences: number): Attributes | undefined => stored('issue', { issueHash: 'h1' }, { occurrences });
  const stack = (...scores: number[]): Attributes | undefined =>
    stored('stack', { stackId: 'network' }, ...scores.map((risk) => ({ risk, reviews: 1 })));
  const levels = (old: Attributes | undefined, now: Attributes | undefined): [string, number][] =>
    told({ old, new: now }).map(([type, data]) => [
      type,
      Number(Reflect.get(data as object, 'threshold') ?? Reflect.get(data as object, 'level')),
    ]);

  test('an issue is told when it is found the 2nd, 10th, 100th and 1,000th time, and never between', () => {
    expect(levels(undefined, issue(1))).toEqual([]);
    expect(levels(issue(1), issue(2))).toEqual([['IssueRecurring', 2]]);
    expect(levels(issue(2), issue(9))).toEqual([]);
    expect(levels(issue(999), issue(1000))).toEqual([['IssueRecurring', 1000]]);
  });

  test('a jump tells each threshold that it passed, lowest first, each with an id of its own', () => {
    expect(levels(issue(1), issue(250))).toEqual([
      ['IssueRecurring', 2],
      ['IssueRecurring', 10],
      ['IssueRecurring', 100],
    ]);
    const ids = eventsOf({ old: issue(1), new: issue(250) }).map(({ metadata }) => metadata.id);
    expect(new Set(ids).size).toBe(3);
  });

  test('a count that falls, or stays, tells nothing', () => {
    expect(levels(issue(100), issue(99))).toEqual([]);
    expect(levels(issue(100), issue(100))).toEqual([]);
  });

  test("a stack's mean risk is told when it reaches a level and when it falls below it", () => {
    expect(levels(undefined, stack(60))).toEqual([
      ['StackRiskRaised', 25],
      ['StackRiskRaised', 50],
    ]);
    expect(levels(stack(60), stack(60, 90))).toEqual([['StackRiskRaised', 75]]);
    expect(levels(stack(75), stack(75, 73))).toEqual([['StackRiskLowered', 75]]);
    expect(levels(stack(80), stack(80, 0, 0, 0))).toEqual([
      ['StackRiskLowered', 75],
      ['StackRiskLowered', 50],
      ['StackRiskLowered', 25],
    ]);
    expect(levels(stack(60), stack(60, 61))).toEqual([]);
  });

  test('a stack whose last review goes falls below all that it was above', () => {
    expect(levels(stack(60), stack())).toEqual([
      ['StackRiskLowered', 50],
      ['StackRiskLowered', 25],
    ]);
  });
});

/** A stored aggregate with these inputs. */
function stored(name: string, group: Record<string, string>, ...inputs: Record<string, unknown>[]): Attributes {
  const statistic = reviewer.statistic(name);
  const empty = emptyAggregate(statistic, group, statistic.key.build(group));
  return aggregateToAttributes(
    { ...empty, revision: 1, state: applyInputs(empty, [], inputs as never) },
    reviewer.table,
  );
}
