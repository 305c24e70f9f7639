import { linesOf, secondsOf } from '../../../infra/console/page/lines.ts';
import type { Shown } from '../../../infra/console/wire.ts';

const labels = (counts: Record<string, number>): Shown => ({ kind: 'labels', labels: Object.entries(counts) });
const distribution = (mean: number | null): Shown => ({ kind: 'distribution', count: 2, mean, step: 1, buckets: [] });

test('of counts by label the five most frequent are lines, each with a colour of its own and every moment', () => {
  const lines = linesOf('byStatus', [
    labels({ a: 1, b: 5, c: 0, d: 2, e: 3, f: 4, g: 9 }),
    labels({ b: 1, h: 1 }),
    labels({ a: 30 }),
  ]);
  expect(lines.map(({ label, values }) => [label, values])).toEqual([
    ['a', [1, 0, 30]],
    ['g', [9, 0, 0]],
    ['b', [5, 1, 0]],
    ['f', [4, 0, 0]],
    ['e', [3, 0, 0]],
  ]);
  expect(new Set(lines.map(({ colour }) => colour)).size).toBe(5);
});

test('of a histogram its mean is the line, with a gap where there is none', () => {
  expect(linesOf('risk', [distribution(40), distribution(null), distribution(60)])).toMatchObject([
    { label: 'mean risk', values: [40, null, 60] },
  ]);
});

test('a number is itself', () => {
  expect(linesOf('fixedReviews', [{ kind: 'number', value: 3 }])).toMatchObject([
    { label: 'fixed reviews', values: [3] },
  ]);
});

test('a month, a day and an hour begin in UTC', () => {
  expect(
    ['2026-02', '2026-02-03', '2026-02-03T09'].map((time) => new Date(secondsOf(time) * 1_000).toISOString()),
  ).toEqual(['2026-02-01T00:00:00.000Z', '2026-02-03T00:00:00.000Z', '2026-02-03T09:00:00.000Z']);
});
