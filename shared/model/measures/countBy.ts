import { addToMultiset, type Measure, type Multiset } from './measure.ts';

/** Counts a label; a list or a map counts several at once. Retracted by subtraction; labels at zero are gone, unless declared. */
export type CountBy = Measure<string | Record<string, number>, Multiset, Record<string, number>>;

/** @param labels shown even at zero, and first, in this order. */
export function countBy(labels: readonly string[] = []): CountBy {
  const zeros = Object.fromEntries(labels.map((label) => [label, 0]));
  const weigh = (inputs: readonly (string | Record<string, number>)[], sign: number): [string, number][] =>
    inputs.flatMap((input): [string, number][] =>
      typeof input === 'string' ? [[input, sign]] : Object.entries(input).map(([label, n]) => [label, sign * n]),
    );
  return {
    kind: 'countBy',
    empty: {},
    apply: (state, removed, added) => addToMultiset(state, [...weigh(removed, -1), ...weigh(added, 1)]),
    view: (state) => ({ ...zeros, ...state }),
    isEmpty: (state) => Object.keys(state).length === 0,
  };
}
