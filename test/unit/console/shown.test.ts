import { columnsOf } from '../../../infra/console/statistics/columns.ts';
import { numberOf, shownStates, textOf } from '../../../infra/console/statistics/shown.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { countBy } from '../../../shared/model/measures/countBy.ts';
import { histogram } from '../../../shared/model/measures/histogram.ts';
import { newest } from '../../../shared/model/measures/newest.ts';
import { sum } from '../../../shared/model/measures/sum.ts';
import { statistic } from '../../../shared/model/statistic.ts';

const shop = statistic('shop', {
  key: 'SHOP#{shop} / STATS',
  measures: {
    orders: count(),
    paid: sum(),
    seconds: histogram(0, 5_999, { step: 10, percentiles: [50, 99] }),
    points: histogram(1, 5),
    byItem: countBy(),
    note: newest<string>(),
  },
  feeds: () => [],
});
const apply = (name: keyof typeof shop.measures, ...added: unknown[]) =>
  ({ [name]: shop.measures[name]?.apply(shop.measures[name]?.empty, [], added) }) as never;

test('a histogram has as many buckets as can be seen: wider ones where it is finer, and no value is lost', () => {
  const { seconds } = shownStates(shop, apply('seconds', 0, 7, 95, 100, 5_999));
  // 600 of ten seconds are 60 of a hundred. The mean is exact.
  expect(seconds).toEqual({
    kind: 'distribution',
    count: 5,
    mean: (0 + 7 + 95 + 100 + 5_999) / 5,
    step: 100,
    buckets: [
      [0, 3],
      [100, 1],
      [5_900, 1],
    ],
  });
});

test('a histogram of few values shows each, in their order', () => {
  const { points } = shownStates(shop, apply('points', 5, 2, 5, 1));
  expect(points).toMatchObject({
    step: 1,
    buckets: [
      [1, 1],
      [2, 1],
      [5, 2],
    ],
  });
});

test('of very many labels the most frequent are shown, and the rest together', () => {
  const added = Array.from({ length: 40 }, (_, i) => Array.from({ length: i + 1 }, () => `item${i}`)).flat();
  const { byItem } = shownStates(shop, apply('byItem', ...added));
  if (byItem?.kind !== 'labels') throw new Error('no labels');
  expect(byItem.labels).toHaveLength(30);
  expect([byItem.labels[0], byItem.labels[29]]).toEqual([
    ['item39', 40],
    ['all others', (11 * 12) / 2],
  ]);
});

test('a sum of any length is a number to plot; what is none is told as text, cut', () => {
  expect([numberOf('12.50'), numberOf('1e3'), numberOf(null), numberOf('12 apples')]).toEqual([
    12.5,
    1_000,
    null,
    undefined,
  ]);
  expect(textOf('x'.repeat(100), 10)).toBe(`${'x'.repeat(9)}…`);
  expect(textOf({ a: 1 }, 100)).toBe('{"a":1}');
});

test('columns: numbers as they are, a histogram by mean and greatest percentile, labels by the most frequent', () => {
  const item = {
    orders: 7,
    paid: '12.50',
    seconds: { mean: 3.5, p50: 2, p99: 9 },
    points: { mean: null, p50: null, p90: null },
    byItem: { pear: 1, apple: 9, fig: 3, lime: 2, none: 0 },
    note: null,
  };
  expect(columnsOf(shop).map((column) => [column.name, column.numeric, column.of(item)])).toEqual([
    ['orders', true, 7],
    ['paid', true, 12.5],
    ['seconds mean', true, 3.5],
    ['seconds p99', true, 9],
    ['points mean', true, null],
    ['points p90', true, null],
    ['byItem', false, 'apple 9, fig 3, lime 2, 1 more'],
    ['note', false, null],
  ]);
});
