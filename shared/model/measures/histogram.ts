import { addExact, divideExact, type Exact, multiplyExact } from '../decimal.ts';
import { AfterwriteError, wrong } from '../errors.ts';
import { addToMultiset, isEmptyMultiset, type Measure, type Multiset, multisets } from './measure.ts';

/**
 * How many buckets a histogram may have. Each takes up to 40 bytes of state (a value of 16 digits, a count of 16, marks and
 * a comma); 10,000 of them are 400,000 bytes, which fits into the 409,600 of an item beside what else it holds.
 */
const MAX_BUCKETS = 10_000;

/** What a bucket's values have above its lower edge, summed up: with it the mean is exact at any step. */
const REST = 'rest';

type Distribution<Percent extends number> = {
  count: number;
  mean: number | null;
  min: number | null;
  max: number | null;
} & Record<`p${Percent}`, number | null>;

/**
 * Whole numbers of a finite range: how many, mean, least, greatest and percentiles (nearest rank), all exact.
 * State: each value, or the lower edge of its bucket, with its count. Laws: identity, any order (state too), inverse.
 * Taken back by subtraction. Costs up to 40 bytes a bucket in use, and has at most 10,000 buckets.
 */
export type Histogram<Percent extends number = 50 | 90> = Measure<number, Multiset, Distribution<Percent>>;

interface Options<Percent extends number> {
  /**
   * Width of a bucket, 1 where absent. With a wider one, least, greatest and percentiles are the lower edges of buckets;
   * the mean stays exact. For times to resolve: `histogram(0, 30 * 86_400, { step: 600 })`.
   */
  readonly step?: number;
  /** Whole numbers from 1 to 100; 50 and 90 where absent. */
  readonly percentiles?: readonly Percent[];
}

export function histogram<const Percent extends number = 50 | 90>(
  low: number,
  high: number,
  options: Options<Percent> = {},
): Histogram<Percent> {
  const { step = 1, percentiles = [50, 90] as number[] as Percent[] } = options;
  checkDeclared(low, high, step, percentiles);
  const check = (value: number): void => {
    if (!Number.isInteger(value) || value < low || value > high) throw outside(low, high);
  };
  return {
    kind: 'histogram',
    empty: {},
    parameters: { low, high, step, percentiles: [...percentiles] },
    check,
    apply: (state, removed, added) => {
      const change: [string, number][] = [];
      const note = (value: number, n: number): void => {
        check(value);
        const rest = (value - low) % step;
        change.push([String(value - rest), n], [REST, n * rest]);
      };
      for (const value of removed) note(value, -1);
      for (const value of added) note(value, 1);
      return addToMultiset(state, change);
    },
    ...multisets,
    view: (state) => distribution(state, percentiles),
    isEmpty: isEmptyMultiset,
  };
}

function checkDeclared(low: number, high: number, step: number, percentiles: readonly number[]): void {
  const refuse = (what: string, mend: string): never => {
    throw wrong(`histogram(${low}, ${high}, { step: ${step} })`, what, mend);
  };
  if (![low, high, step].every(Number.isSafeInteger) || low > high || step < 1)
    refuse('the range is none', 'give whole numbers, the lower one first, and a step of 1 or more');
  const buckets = Math.floor((high - low) / step) + 1;
  if (buckets > MAX_BUCKETS)
    refuse(
      `${buckets} buckets, at most ${MAX_BUCKETS} fit into an item`,
      `give a step of ${Math.ceil((high - low + 1) / MAX_BUCKETS)} or more, or a narrower range`,
    );
  if (percentiles.some((percent) => !Number.isInteger(percent) || percent < 1 || percent > 100))
    refuse('a percentile is none', 'give whole numbers from 1 to 100');
}

const outside = (low: number, high: number): AfterwriteError =>
  new AfterwriteError('ITEM_MALFORMED', `a histogram of ${low} to ${high} got a value outside of it`, {
    mend: 'let the schema of the entity refuse such items',
  });

function distribution<Percent extends number>(state: Multiset, percentiles: readonly Percent[]): Distribution<Percent> {
  const values: number[] = [];
  for (const text in state) if (text !== REST) values.push(Number(text));
  values.sort((a, b) => a - b);
  const counts = values.map((value) => state[value] as number);
  const count = counts.reduce((sum, n) => sum + n, 0);
  const some = count > 0;
  const ranks = percentiles.map((percent) => [
    `p${percent}`,
    some ? nearestRank(values, counts, count, percent) : null,
  ]);
  return {
    count,
    mean: some ? meanOf(values, counts, count, state[REST] ?? 0) : null,
    min: some ? (values[0] as number) : null,
    max: some ? (values[values.length - 1] as number) : null,
    ...(Object.fromEntries(ranks) as Record<`p${Percent}`, number | null>),
  };
}

/** The number nearest to the exact mean; totals past what a number holds take the long way. */
function meanOf(values: number[], counts: number[], count: number, rest: number): number {
  let total: Exact = rest;
  for (const [i, value] of values.entries()) total = addExact(total, multiplyExact(value, counts[i] as number));
  return typeof total === 'number' && Number.isSafeInteger(total) ? total / count : Number(divideExact(total, count));
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
