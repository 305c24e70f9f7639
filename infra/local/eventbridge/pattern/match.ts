import { type Fields, NO_SEAT, type Seat, sitTogether } from './fields.ts';
import type { Branch, Pattern } from './pattern.ts';

/** Whether an event (see `fieldsOf`) matches. Fields inside arrays match together only within one element of each array. */
export const matches = (pattern: Pattern, fields: Fields): boolean =>
  pattern.branches.some((branch) => holdsFrom(branch, 0, fields, NO_SEAT));

const holdsFrom = (branch: Branch, at: number, fields: Fields, held: Seat): boolean => {
  const leaf = branch[at];
  if (leaf === undefined) return true;
  let isPresent = false;
  let heldFailed = false;
  for (const field of fields.get(leaf.path) ?? []) {
    const seat = sitTogether(held, field.seat);
    if (seat === undefined) continue;
    isPresent = true;
    // The rest depends on the seat alone, so what failed from this seat fails for every scalar of the same array.
    if (seat === held && heldFailed) continue;
    if (!leaf.tests.some((test) => test(field.value))) continue;
    if (holdsFrom(branch, at + 1, fields, seat)) return true;
    heldFailed ||= seat === held;
  }
  return leaf.mayBeAbsent && !isPresent && holdsFrom(branch, at + 1, fields, held);
};
