import { addExact, compareExact, divideExact, type Exact, multiplyExact, negateExact } from '../decimal.ts';
import type { Measure } from './measure.ts';
import { totals } from './totals.ts';

/**
 * The variance of numbers, to 38 digits. Its root is the standard deviation: `Math.sqrt(Number(view))`.
 * State: how many, their exact sum, the exact sum of their squares: in decimals nothing cancels out, as it would in
 * floating point. Laws: identity, any order (state too), inverse. Taken back by subtraction.
 * Costs as many bytes as the three totals have digits.
 */
export type Variance = Measure<Exact, string[], Exact | null>;

/**
 * @param of the population (a group is all there is; null where it is empty), or a sample of more (divided by one less;
 * null under two values)
 */
export function variance({ of = 'population' }: { of?: 'population' | 'sample' } = {}): Variance {
  const lost = of === 'sample' ? 1 : 0;
  return totals(
    'variance',
    3,
    (value: Exact) => [1, value, multiplyExact(value, value)],
    ([n = 0, sum = 0, squares = 0]) => {
      if (compareExact(n, lost) <= 0) return null;
      // (n * squares - sum * sum) / (n * (n - lost)): one division, so one rounding.
      const spread = addExact(multiplyExact(n, squares), negateExact(multiplyExact(sum, sum)));
      return divideExact(spread, multiplyExact(n, addExact(n, -lost)));
    },
  );
}
