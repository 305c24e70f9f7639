import type { Measure } from './measure.ts';
import { whole } from './whole.ts';

/**
 * How many contributions: `true` or 1 counts one, `false` none, a whole number counts as many.
 * State: the number. Laws: identity, any order (state too), inverse. Taken back by subtraction.
 * Costs up to 16 bytes, however many there are.
 */
export type Count = Measure<number | boolean, number, number>;

export function count(): Count {
  const total = (inputs: readonly (number | boolean)[]): number => {
    let sum = 0;
    for (const n of inputs) sum += whole('count', Number(n));
    return sum;
  };
  return {
    kind: 'count',
    empty: 0,
    check: (n) => void whole('count', Number(n)),
    apply: (state, removed, added) => state + total(added) - total(removed),
    merge: (a, b) => a + b,
    negate: (state) => 0 - state,
    view: (state) => state,
    isEmpty: (state) => state === 0,
  };
}
