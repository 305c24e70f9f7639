import { addExact, type Exact, exactFromText, exactToText, negateExact } from '../decimal.ts';
import type { Measure } from './measure.ts';
import { exact } from './whole.ts';

/** Exact totals as texts, so that no digit is lost. */
type Totals = string[];

/**
 * A measure made of a few exact sums: each input is a row of terms, each of which goes into its own total.
 * Sums can be taken in any order and taken back, so whatever is computed from them can, too.
 */
export function totals<Input, View>(
  kind: string,
  width: number,
  terms: (input: Input) => Exact[],
  view: (totals: Exact[]) => View,
): Measure<Input, Totals, View> {
  const empty = new Array<string>(width).fill('0');
  /** Of what is no number, a product can't be made either. */
  const termsOf = (input: Input): unknown[] => {
    try {
      return terms(input);
    } catch {
      return [undefined];
    }
  };
  return {
    kind,
    empty,
    check: (input) => {
      for (const term of termsOf(input)) exact(kind, term);
    },
    apply: (state, removed, added) => {
      const sums = state.map(exactFromText);
      for (const input of added)
        for (const [i, term] of terms(input).entries()) sums[i] = addExact(sums[i] as Exact, term);
      for (const input of removed)
        for (const [i, term] of terms(input).entries()) sums[i] = addExact(sums[i] as Exact, negateExact(term));
      return sums.map(exactToText);
    },
    merge: (a, b) => a.map((total, i) => exactToText(addExact(exactFromText(total), exactFromText(b[i] ?? '0')))),
    negate: (state) => state.map((total) => exactToText(negateExact(exactFromText(total)))),
    view: (state) => view(state.map(exactFromText)),
    isEmpty: (state) => state.every((total) => total === '0'),
  };
}
