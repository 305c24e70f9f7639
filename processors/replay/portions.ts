import type { Envelope } from '../../events/envelope.ts';
import type { Place, Row } from '../../shared/archive/rows.ts';

/** What is sent together, and how far the archive is read then. */
export interface Portion {
  readonly envelopes: readonly Envelope[];
  readonly position: Place;
}

/** Where nothing is selected, the way is noted so often all the same: somebody may want to stop. */
const ROWS_LOOKED_AT = 10_000;

/**
 * Cuts rows into portions of about `size` events. It never cuts within a place, so that a position is one place, and all or
 * nothing of it is sent.
 */
export async function* portionsOf(
  batches: AsyncIterable<readonly Row[]>,
  eventsOf: (row: Row) => readonly Envelope[],
  size: number,
): AsyncIterable<Portion> {
  let envelopes: Envelope[] = [];
  let position: Place | undefined;
  let looked = 0;
  for await (const rows of batches)
    for (const row of rows) {
      const isNewPlace = row.sequence !== position?.sequence || row.item !== position.item;
      if (position && isNewPlace && (envelopes.length >= size || looked >= ROWS_LOOKED_AT)) {
        yield { envelopes, position };
        envelopes = [];
        looked = 0;
      }
      position = { item: row.item, sequence: row.sequence };
      envelopes.push(...eventsOf(row));
      looked++;
    }
  if (position && envelopes.length > 0) yield { envelopes, position };
}
