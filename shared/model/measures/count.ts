import type { Measure } from './measure.ts';

/** How many contributions: `true` or 1 counts one, `false` none, a number counts as many. Retracted by subtraction. */
export type Count = Measure<number | boolean, number, number>;

export function count(): Count {
  const total = (inputs: readonly (number | boolean)[]): number =>
    inputs.reduce<number>((sum, n) => sum + Number(n), 0);
  return {
    kind: 'count',
    empty: 0,
    apply: (state, removed, added) => state + total(added) - total(removed),
    view: (state) => state,
    isEmpty: (state) => state === 0,
  };
}
