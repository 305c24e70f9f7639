import { type Exact, isBig } from '../decimal.ts';
import { AfterwriteError } from '../errors.ts';

/** Counts add up in any order only while they are whole: of a fraction, a rest would stay behind when it is taken back. */
export function whole(kind: string, n: number): number {
  if (Number.isSafeInteger(n)) return n;
  throw new AfterwriteError('ITEM_MALFORMED', `a ${kind} got what is no whole number`, {
    mend: 'sum() takes fractions and large numbers; or let the schema of the entity refuse such items',
  });
}

/** What adds up exactly. Text that looks like a number does not: `Number('12,50')` is none, and would poison its group. */
export function exact(kind: string, n: unknown): Exact {
  if (isBig(n) || (typeof n === 'number' && Number.isFinite(n))) return n;
  throw new AfterwriteError('ITEM_MALFORMED', `a ${kind} got what is no number`, {
    mend: "make it one in the feed, or leave it out there ('cents: Number(o.cents)'); or let the schema of the entity refuse such items",
  });
}
