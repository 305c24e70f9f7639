import { addExact, type Exact, exactFromText, exactToText, negateExact } from '../decimal.ts';
import type { Measure } from './measure.ts';

/** An exact sum (38 digits), stored as text. Retracted by subtraction. */
export type Sum = Measure<Exact, string, Exact>;

export function sum(): Sum {
  return {
    kind: 'sum',
    empty: '0',
    apply: (state, removed, added) => {
      let total = exactFromText(state);
      for (const n of added) total = addExact(total, n);
      for (const n of removed) total = addExact(total, negateExact(n));
      return exactToText(total);
    },
    view: exactFromText,
    isEmpty: (state) => state === '0',
  };
}
