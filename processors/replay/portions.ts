import type { Place } from '../../shared/archive/rows.ts';

/** What is sent together, and how far the archive is read then. */
export interface Portion<Unit> {
  readonly units: readonly Unit[];
  readonly position: Place;
}

/** Where nothing is selected, the way is noted so often all the same: somebody may want to stop. */
const ROWS_LOOKED_AT = 10_000;

/**
 * Cuts rows into portions of about `size` units. It never cuts within a place, so that a position is one place, and all or
 * nothing of it is sent.
 */
export async function* portionsOf<At extends Place, Unit>(
  batches: AsyncIterable<readonly At[]>,
  unitsOf: (row: At) => readonly Unit[],
  size: number,
): AsyncIterable<Portion<Unit>> {
  let units: Unit[] = [];
  let last: At | undefined;
  let looked = 0;
  for await (const rows of batches)
    for (const row of rows) {
      const isNewPlace = row.sequence !== last?.sequence || row.item !== last.item;
      if (last && isNewPlace && (units.length >= size || looked >= ROWS_LOOKED_AT)) {
        yield { units, position: { item: last.item, sequence: last.sequence } };
        units = [];
        looked = 0;
      }
      last = row;
      for (const unit of unitsOf(row)) units.push(unit);
      looked++;
    }
  if (last && units.length > 0) yield { units, position: { item: last.item, sequence: last.sequence } };
}
