import { AfterwriteError } from '../errors.ts';

/** Counts add up in any order only while they are whole: of a fraction, a rest would stay behind when it is taken back. */
export function whole(kind: string, n: number): number {
  if (Number.isSafeInteger(n)) return n;
  throw new AfterwriteError('ITEM_MALFORMED', `a ${kind} got what is no whole number`, {
    mend: 'sum() takes fractions and large numbers; or let the schema of the entity refuse such items',
  });
}
