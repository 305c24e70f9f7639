import { canonical } from '../canonical.ts';
import { addToMultiset, isEmptyMultiset, type Measure, type Multiset, multisets, net, type Plain } from './measure.ts';

/**
 * What a group's members have in common (a rule, a category): the most frequent value; on a tie the lesser text.
 * State: each distinct value with its count. Laws: identity, any order (state too), inverse. Taken back by subtraction.
 * Costs the bytes of each distinct value, about 1.1 times as JSON: for few of them. A value is plain JSON; a number that
 * JavaScript can't hold exactly must go in as text.
 */
export type Label<Value extends Plain> = Measure<Value, Multiset, Value | null>;

export function label<Value extends Plain>(): Label<Value> {
  return {
    kind: 'label',
    empty: {},
    apply: (state, removed, added) => addToMultiset(state, net(removed.map(canonical), added.map(canonical))),
    ...multisets,
    view: (state) => {
      const entries = Object.entries(state).filter(([, n]) => n > 0);
      entries.sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
      return entries[0] ? (JSON.parse(entries[0][0]) as Value) : null;
    },
    isEmpty: isEmptyMultiset,
  };
}
