import { leftBehind } from '../../../processors/statistics/leftBehind.ts';
import { encodeAttributes } from '../../../shared/model/attribute.ts';
import { differencesOf, fingerprintOf, unreadableMeasures, withDownstream } from '../../../shared/model/fingerprint.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { countBy } from '../../../shared/model/measures/countBy.ts';
import { max } from '../../../shared/model/measures/extreme.ts';
import { histogram } from '../../../shared/model/measures/histogram.ts';
import type { Measures } from '../../../shared/model/statistic.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { declarationChanges, requireReadable } from '../../../shared/state/declared.ts';
import { FIRST, orders, type Version } from '../../simulation/systems/orders.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const between = (next: Partial<Version>): string[] => {
  const [before, now] = [orders(FIRST), orders({ ...FIRST, ...next })].map((one) => one.statistic('customer'));
  return before && now ? differencesOf(fingerprintOf(before), fingerprintOf(now)) : [];
};

test('what differs is said in words', () => {
  expect(between({})).toEqual([]);
  expect(between({ key: 'CLIENT' })).toEqual([
    "its key was 'CUSTOMER#{customer} / STATS' and is 'CLIENT#{customer} / STATS'",
  ]);
  expect(between({ paidOnly: true })).toEqual(["the function of its feed from 'order' changed"]);
  expect(between({ measure: 'mean' })).toEqual(["measure 'more' is new"]);
  expect(between({ shown: true })).toEqual(['the function of its shape changed']);
  expect(between({ factor: 2 })).toEqual(['its revision was 1 and is 2']);
  expect(between({ percent: 90 })).toEqual([expect.stringContaining("measure 'sizes' was histogram {")]);
});

const withMeasures = (measures: Measures) =>
  fingerprintOf(statistic('s', { key: 'S#{s} / STATS', measures, feeds: () => [] }));

test.each([
  ['labels', countBy(['a']), countBy(['a', 'b'])],
  ['a range', histogram(0, 10), histogram(0, 20)],
  ['a step', histogram(0, 10), histogram(0, 10, { step: 5 })],
  ['how many are kept', max<number>(), max<number>({ keep: 5 })],
])('a measure shows what it was declared with: %s', (_, before, now) => {
  expect(differencesOf(withMeasures({ m: before }), withMeasures({ m: now }))).toHaveLength(1);
  expect(differencesOf(withMeasures({ m: before }), withMeasures({ m: before }))).toEqual([]);
});

test('a measure of another kind under the same name is refused, with the way out', async () => {
  expect(unreadableMeasures(withMeasures({ m: count() }), withMeasures({ m: countBy() }))).toEqual(['m']);
  expect(() => requireReadable([{ statistic: 's', differences: [], leavesItems: false, unreadable: ['m'] }])).toThrow(
    expect.objectContaining({ code: 'DECLARATION_WRONG', mend: expect.stringContaining('another name') }),
  );
});

test('all that is fed by a statistic comes with it, sources first', () => {
  const names = (given: string[]) => withDownstream(orders({ ...FIRST, days: true }), given).map(({ name }) => name);
  expect(names(['customer'])).toEqual(['customer', 'region', 'world']);
  expect(names(['day', 'region'])).toEqual(['region', 'world', 'day']);
  expect(names([])).toEqual([]);
});

test('where nothing was stored yet there is nothing to compare with', async () => {
  expect(await declarationChanges(orders(FIRST), memoryState())).toEqual([]);
});

test('items under keys that a statistic has no more are counted, with one of their keys', async () => {
  const system = orders({ ...FIRST, key: 'CLIENT' });
  const table = new MemoryTable(system.table, new TurnedClock());
  const own = { afterwrite: { statistic: 'customer', state: '{}' } };
  for (const PK of ['CUSTOMER#c1', 'CUSTOMER#c2', 'CLIENT#c1'])
    table.put(encodeAttributes({ PK, SK: 'STATS', ...own }));
  expect(await leftBehind(system, table, ['customer'])).toEqual([
    { statistic: 'customer', items: 2, sample: 'CUSTOMER#c1/STATS' },
  ]);
});
