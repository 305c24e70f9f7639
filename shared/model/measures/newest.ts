import { canonical } from '../canonical.ts';
import { addToMultiset, type Measure, type Multiset, net, type Plain } from './measure.ts';

/**
 * The value with the highest order. All surviving values are kept, so that a deletion uncovers the one before and
 * versions may arrive in any order. Equal orders: the greater canonical text, so that the result is the same everywhere.
 */
export type Newest<Value extends Plain> = Measure<{ order: number; value: Value }, Multiset, Value | null>;

export function newest<Value extends Plain>(): Newest<Value> {
  const text = ({ order, value }: { order: number; value: Value }): string => canonical([order, value]);
  return {
    kind: 'newest',
    empty: {},
    apply: (state, removed, added) => addToMultiset(state, net(removed.map(text), added.map(text))),
    view: (state) => {
      let best: [number, Value] | undefined;
      let bestText = '';
      for (const entry in state) {
        if ((state[entry] as number) <= 0) continue;
        const [order, value] = JSON.parse(entry) as [number, Value];
        if (best && (order < best[0] || (order === best[0] && entry < bestText))) continue;
        best = [order, value];
        bestText = entry;
      }
      return best ? best[1] : null;
    },
    isEmpty: (state) => Object.keys(state).length === 0,
  };
}
