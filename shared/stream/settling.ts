import type { Worker } from '../state/workers.ts';

/**
 * A page that comes back empty in one round may have been asked for before it; that of the next was asked for within
 * the rounds, and the third leaves room for the one in which the last of the others was first seen to be quiet.
 */
const ROUNDS = 3;

/**
 * Tells when all workers are at the end of everything: what one writes, another may have to read. So all must have been
 * quiet at once, and each for some more rounds since. Returns a function that is told of all workers at each look.
 */
export function settling(): (workers: readonly Worker[]) => boolean {
  let first = new Map<string, number>();
  return (workers) => {
    const goesOn = ({ owner, quiet }: Worker): boolean => quiet >= (first.get(owner) ?? Number.POSITIVE_INFINITY);
    if (workers.some(({ quiet }) => quiet === 0)) first = new Map();
    else if (!workers.every(goesOn)) first = new Map(workers.map(({ owner, quiet }) => [owner, quiet]));
    return workers.every(({ owner, quiet }) => quiet - (first.get(owner) ?? quiet) >= ROUNDS);
  };
}
