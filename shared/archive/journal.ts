import type { Names } from '../model/names.ts';
import type { System } from '../model/system.ts';
import type { ArchiveStore } from '../ports/archiveStore.ts';
import type { Change } from '../stream/change.ts';
import { type Hours, readHistory } from './history.ts';
import { decodeLine, type JournalLine } from './journalLine.ts';
import { journalShelves } from './shelf.ts';
import { Beginnings } from './snapshot.ts';

/** @param row of the journal, parsed */
export const changeOfRow = (system: System, row: { readonly value?: unknown }): Change =>
  decodeLine(system, row.value as JournalLine);

/**
 * Every change of the journal once, in order per item; tenant by tenant, where the system has any. What was there before the
 * first is of cause `snapshot`.
 */
export async function* readJournal(
  system: System,
  names: Names,
  archive: ArchiveStore,
  hours?: Hours,
): AsyncIterable<Change> {
  for (const shelf of await journalShelves(system, names, archive))
    for await (const rows of readHistory(shelf, hours)) for (const row of rows) yield changeOfRow(system, row);
}

/**
 * The same from each item's first image on, so that all adds up from nothing: where the first change shows that the snapshot
 * lacks the item, or has a later image of it, changes of the same cause put that right.
 */
export async function* readFromNothing(system: System, names: Names, archive: ArchiveStore): AsyncIterable<Change> {
  for (const shelf of await journalShelves(system, names, archive)) {
    const beginnings = new Beginnings(system, shelf);
    for await (const rows of readHistory(shelf))
      for (const row of rows) yield* await beginnings.changes(row, changeOfRow(system, row));
  }
}
