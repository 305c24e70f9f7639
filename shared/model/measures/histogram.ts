import { AfterwriteError } from '../errors.ts';
import { addToMultiset, type Measure, type Multiset, net } from './measure.ts';

interface Distribution {
  count: number;
  mean: number | null;
  min: number | null;
  max: number | null;
  p50: number | null;
  p90: number | null;
}

/** Whole numbers of a finite range, each with its count: mean, extremes and percentiles stay exact when one is taken back. */
export type Histogram = Measure<number, Multiset, Distribution>;

export function histogram(low: number, high: number): Histogram {
  const text = (value: number): string => {
    if (!Number.isInteger(value) || value < low || value > high)
      throw new AfterwriteError('ITEM_MALFORMED', `a histogram of ${low} to ${high} got a value outside of it`, {
        mend: 'let the schema of the entity refuse such items',
      });
    return String(value);
  };
  return {
    kind: 'histogram',
    empty: {},
    apply: (state, removed, added) => addToMultiset(state, net(removed.map(text), added.map(text))),
    view: distribution,
    isEmpty: (state) => Object.keys(state).length === 0,
  };
}

function distribution(state: Multiset): Distribution {
  const values = Object.keys(state)
    .map(Number)
    .sort((a, b) => a - b);
  const counts = values.map((value) => state[value] as number);
  const count = counts.reduce((sum, n) => sum + n, 0);
  if (count <= 0) return { count, mean: null, min: null, max: null, p50: null, p90: null };
  const total = values.reduce((sum, value, i) => sum + value * (counts[i] as number), 0);
  return {
    count,
    mean: total / count,
    min: values[0] as number,
    max: values[values.length - 1] as number,
    p50: nearestRank(values, counts, count, 50),
    p90: nearestRank(values, counts, count, 90),
  };
}

/** The nearest-rank percentile: the smallest value that at least `percent` of all values do not exceed. */
function nearestRank(values: number[], counts: number[], count: number, percent: number): number {
  const rank = Math.ceil((percent * count) / 100);
  let seen = 0;
  for (const [i, value] of values.entries()) {
    seen += counts[i] as number;
    if (seen >= rank) return value;
  }
  return values[values.length - 1] as number;
}
