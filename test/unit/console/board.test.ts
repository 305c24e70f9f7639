import { Board } from '../../../infra/console/statistics/board.ts';
import type { Statistic } from '../../../shared/model/statistic.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { riskOfDay, stack, stackDay } from '../../../shared/systems/reviewerStatistics.ts';
import { storedGroup } from '../../support/console/storedGroup.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

function given() {
  const clock = new TurnedClock();
  const table = new MemoryTable(reviewer.table, clock);
  const group = (of: Statistic<unknown>, name: Record<string, string>, ...added: Record<string, unknown>[]): void =>
    table.put(storedGroup(reviewer, of, name, ...added));
  return { clock, table, board: new Board({ system: reviewer, table }, clock), group };
}

/** So many reviews with these risks. */
const reviews = (n: number, ...risks: number[]) => [
  ...Array.from({ length: n }, () => ({ reviews: 1, byStatus: 'pending' })),
  ...risks.map((risk) => ({ risk })),
];

/** Three stacks: `small` has no risk at all. */
function threeStacks() {
  const all = given();
  all.group(stack, { stackId: 'small' }, ...reviews(1));
  all.group(stack, { stackId: 'Large' }, ...reviews(12, 10, 20));
  all.group(stack, { stackId: 'middle' }, ...reviews(5, 90));
  return all;
}

const namesOf = ({ rows }: { rows: readonly { group: Readonly<Record<string, string>> }[] }) =>
  rows.map(({ group }) => Object.values(group).join());

test('the groups with most of the first number come first, where nothing is asked for', async () => {
  const { board } = threeStacks();
  const told = await board.statistic('stack', {});
  expect([told.sort, told.descending, namesOf(told)]).toEqual(['reviews', true, ['Large', 'middle', 'small']]);
  expect(told.columns.slice(0, 4)).toEqual([
    { name: 'reviews', numeric: true },
    { name: 'byStatus', numeric: false },
    { name: 'risk mean', numeric: true },
    { name: 'risk p90', numeric: true },
  ]);
  expect(told.rows[0]?.cells.slice(0, 4)).toEqual([12, 'pending 12', 15, 20]);
});

test.each([
  ['reviews', false, ['small', 'middle', 'Large']],
  ['risk mean', true, ['middle', 'Large', 'small']],
  ['risk mean', false, ['small', 'Large', 'middle']],
  ['stackId', false, ['Large', 'middle', 'small']],
  ['stackId', true, ['small', 'middle', 'Large']],
])('sorted by %s, descending %s: a number that is not there is less than all', async (sort, descending, expected) => {
  const { board } = threeStacks();
  const told = await board.statistic('stack', { sort, descending });
  expect([told.sort, told.descending, namesOf(told)]).toEqual([sort, descending, expected]);
});

test('a text narrows the groups by name and by what stands in their cells, and says how many match', async () => {
  const { board, group } = threeStacks();
  group(stack, { stackId: 'other' }, { reviews: 1, byStatus: 'failed' });
  const told = await board.statistic('stack', { text: 'LARGE' });
  expect([told.matching, told.kept, told.groups, namesOf(told)]).toEqual([1, 4, 4, ['Large']]);
  expect(namesOf(await board.statistic('stack', { text: 'failed' }))).toEqual(['other']);
});

test('what adds up is told of all groups together, and what does not is not', async () => {
  const { board } = threeStacks();
  const { total } = await board.statistic('stack', {});
  expect(total).toMatchObject({
    reviews: { kind: 'number', value: 18 },
    byStatus: { kind: 'labels' },
    risk: { kind: 'distribution', count: 3, mean: 40 },
  });
  expect(Object.keys(total)).not.toContain('lastReviewedAt');
});

test('of very many groups those with most of the first number are kept, some are listed, and all are counted', async () => {
  const { board, table } = given();
  const [one, two] = [1, 2].map((n) => storedGroup(reviewer, stack, { stackId: 's' }, ...reviews(n)));
  for (let n = 1; n <= 4_500; n++) table.put({ ...(n > 2_600 ? two : one), PK: { S: `STACK#s${n}` } });
  const told = await board.statistic('stack', {});
  expect([told.groups, told.kept, told.matching, told.rows.length]).toEqual([4_500, 2_000, 2_000, 200]);
  expect(told.total.reviews).toEqual({ kind: 'number', value: 6_400 });
  // 1,900 of two reviews are kept, and a hundred of one.
  const { rows } = await board.statistic('stack', { sort: 'reviews', descending: false });
  expect(rows.filter(({ cells }) => cells[0] === 1)).toHaveLength(100);
});

test('a statistic by day is a series in the order of time, other groups of one day added up', async () => {
  const { board, group } = given();
  group(riskOfDay, { day: '2026-02-02' }, { reviews: 1, risk: 60 });
  group(riskOfDay, { day: '2026-01-31' }, { reviews: 1, risk: 20 });
  group(stackDay, { stackId: 'b', day: '2026-01-31' }, ...reviews(2));
  group(stackDay, { stackId: 'a', day: '2026-01-31' }, ...reviews(3));
  expect((await board.statistic('riskOfDay', {})).series).toMatchObject({
    times: ['2026-01-31', '2026-02-02'],
    measures: { risk: [{ mean: 20 }, { mean: 60 }] },
  });
  expect((await board.statistic('stackDay', {})).series).toMatchObject({
    times: ['2026-01-31'],
    measures: { reviews: [{ value: 5 }] },
  });
  expect((await board.statistic('stack', {})).series).toBeNull();
});

test('of a very long time the newest days are shown', async () => {
  const { board, table } = given();
  const day = (n: number): string => new Date(n * 86_400_000).toISOString().slice(0, 10);
  const one = storedGroup(reviewer, riskOfDay, { day: day(0) }, { reviews: 1 });
  for (let n = 0; n < 2_001; n++) table.put({ ...one, PK: { S: `RISK#${day(n)}` } });
  const { series } = await board.statistic('riskOfDay', {});
  expect(series?.times[series.times.length - 1]).toBe(day(2_000));
  expect(series?.times[0]).toBe(day(1_000));
});

test('what somebody else wrote under a key of a statistic is no group, and hides no other', async () => {
  const { board, table, group } = given();
  table.put({ PK: { S: 'STACK#theirs' }, SK: { S: 'STATS' }, reviews: { N: '7' } });
  group(stack, { stackId: 'ours' }, ...reviews(1));
  expect(namesOf(await board.statistic('stack', {}))).toEqual(['ours']);
});

test('a group that has emptied is none', async () => {
  const { board, group } = given();
  group(stack, { stackId: 'empty' });
  expect(await board.counts()).toMatchObject({ stack: 0 });
});
