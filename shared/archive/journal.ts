import type { Names } from '../model/names.ts';
import type { System } from '../model/system.ts';
import type { ArchiveStore } from '../ports/archiveStore.ts';
import type { Change } from '../stream/change.ts';
import { type Hours, readHistory } from './history.ts';
import { decodeLine, type JournalLine } from './journalLine.ts';
import { journalShelf } from './shelf.ts';

/** @param row of the journal, parsed */
export const changeOfRow = (system: System, row: { readonly value?: unknown }): Change =>
  decodeLine(system, row.value as JournalLine);

/** Every change of the journal once, in order per item. */
export async function* readJournal(
  system: System,
  names: Names,
  archive: ArchiveStore,
  hours?: Hours,
): AsyncIterable<Change> {
  for await (const rows of readHistory(journalShelf(system, names, archive), hours))
    for (const row of rows) yield changeOfRow(system, row);
}
