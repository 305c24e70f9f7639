import { applyInputs, emptyAggregate, unknownMeasures } from '../../../shared/model/aggregate.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { countBy } from '../../../shared/model/measures/countBy.ts';
import { max, min } from '../../../shared/model/measures/extreme.ts';
import { newest } from '../../../shared/model/measures/newest.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { aggregateToAttributes } from '../../../shared/model/storedAggregate.ts';

const shop = statistic('shop', {
  key: 'SHOP#{shop} / STATS',
  measures: {
    orders: count(),
    byDay: countBy(),
    note: newest<string>(),
    least: min({ keep: 1 }),
    most: max({ keep: 1 }),
  },
  feeds: () => [],
  shape: ({ orders }) => ({ orders }),
});
const empty = emptyAggregate(shop, { shop: 's1' }, { pk: 'SHOP#s1', sk: 'STATS' });
const table = { name: () => 'orders', partitionKey: 'PK', sortKey: 'SK' };

test('measures that their state no longer tells are named', () => {
  const full = {
    ...empty,
    state: applyInputs(
      empty,
      [],
      [
        { least: 1, most: 1 },
        { least: 2, most: 2 },
      ],
    ),
  };
  expect(unknownMeasures(empty)).toEqual([]);
  expect(unknownMeasures(full)).toEqual([]);
  expect(unknownMeasures({ ...full, state: applyInputs(full, [{ most: 2 }], []) })).toEqual(['most']);
});

test('an aggregate that no item holds is refused, with the measure that takes most and the mend', () => {
  const added = [...Array(3_000).keys()].map((order) => ({
    orders: 1,
    byDay: `day-${order}`,
    note: { order, value: 'x'.repeat(150) },
  }));
  const grown = { ...empty, state: applyInputs(empty, [], added) };
  try {
    aggregateToAttributes(grown, table);
    throw new Error('it was taken');
  } catch (error) {
    if (!isAfterwriteError(error, 'AGGREGATE_TOO_LARGE')) throw error;
    expect(error.message).toMatch(
      /SHOP#s1.*STATS of statistic 'shop' would take \d+ bytes, .*; most of it, \d+, is its newest 'note'$/,
    );
    expect(error.mend).toContain("group by something finer, or give 'note' fewer");
  }
});

test('inputs that are taken back and added again leave the state as it is, itself', () => {
  const before = { ...empty, state: applyInputs(empty, [], [{ orders: 1, byDay: 'mon' }]) };
  const state = applyInputs(before, [{ orders: 1, byDay: 'mon' }], [{ orders: 1, byDay: 'mon' }]);
  expect(state.byDay).toBe(before.state.byDay);
  expect(state).toEqual(before.state);
});
