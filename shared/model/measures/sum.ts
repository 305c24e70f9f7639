import { addExact, type Exact, exactFromText, exactToText, negateExact, roundExact } from '../decimal.ts';
import type { Measure } from './measure.ts';
import { exact } from './whole.ts';

/**
 * An exact sum; people read its first 38 digits, as many as DynamoDB holds.
 * State: the number as text, all of its digits. Laws: identity, any order (state too), inverse. Taken back by
 * subtraction. Costs as many bytes as it has digits.
 */
export type Sum = Measure<Exact, string, Exact>;

export function sum(): Sum {
  return {
    kind: 'sum',
    empty: '0',
    check: (n) => void exact('sum', n),
    apply: (state, removed, added) => {
      let total = exactFromText(state);
      for (const n of added) total = addExact(total, n);
      for (const n of removed) total = addExact(total, negateExact(n));
      return exactToText(total);
    },
    merge: (a, b) => exactToText(addExact(exactFromText(a), exactFromText(b))),
    negate: (state) => exactToText(negateExact(exactFromText(state))),
    view: (state) => roundExact(exactFromText(state)),
    isEmpty: (state) => state === '0',
  };
}
