import { addToMultiset, isEmptyMultiset, type Measure, type Multiset, multisets } from './measure.ts';
import { whole } from './whole.ts';

/**
 * Counts a label; a map of labels to whole numbers counts several at once.
 * State: label to count; labels at zero are gone. Laws: identity, any order (state too), inverse. Taken back by
 * subtraction. Costs a label's bytes and about 5 more for each label in use, however often it is: for few labels.
 */
export type CountBy = Measure<string | Record<string, number>, Multiset, Record<string, number>>;

/** @param labels shown even at zero, and first, in this order. */
export function countBy(labels: readonly string[] = []): CountBy {
  const zeros = Object.fromEntries(labels.map((label) => [label, 0]));
  return {
    kind: 'countBy',
    empty: {},
    check: (input) => weigh([], [input], 1),
    apply: (state, removed, added) => {
      const change: [string, number][] = [];
      weigh(change, removed, -1);
      weigh(change, added, 1);
      return addToMultiset(state, change);
    },
    ...multisets,
    view: (state) => ({ ...zeros, ...state }),
    isEmpty: isEmptyMultiset,
  };
}

function weigh(change: [string, number][], inputs: readonly (string | Record<string, number>)[], sign: number): void {
  for (const input of inputs) {
    if (typeof input === 'string') change.push([input, sign]);
    else for (const [label, n] of Object.entries(input)) change.push([label, sign * whole('countBy', n)]);
  }
}
