import { compareExact, divideExact, type Exact } from '../decimal.ts';
import type { Measure } from './measure.ts';
import { totals } from './totals.ts';

/**
 * The mean of numbers, to 38 digits; null where there is none.
 * State: how many, and their exact sum. Laws: identity, any order (state too), inverse. Taken back by subtraction.
 * Costs as many bytes as the two totals have digits.
 */
export type Mean = Measure<Exact, string[], Exact | null>;

export const mean = (): Mean =>
  totals(
    'mean',
    2,
    (value: Exact) => [1, value],
    ([n = 0, sum = 0]) => (compareExact(n, 0) > 0 ? divideExact(sum, n) : null),
  );
