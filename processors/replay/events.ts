import { eventShelves } from '../../events/archived.ts';
import type { Envelope } from '../../events/envelope.ts';
import { readHistory } from '../../shared/archive/history.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { Selection } from '../../shared/state/replays.ts';
import { selects } from './select.ts';

/** The selected envelopes as they were archived: each once in each version, in order per item. */
export async function* archivedEvents(
  system: System,
  names: Names,
  archive: ArchiveStore,
  selection: Selection,
): AsyncIterable<Envelope> {
  const selected = selects(system, selection);
  for (const shelf of await eventShelves(system, names, archive, { tenant: selection.tenant }))
    for await (const rows of readHistory(shelf))
      for (const { value } of rows) if (selected(value as Envelope)) yield value as Envelope;
}
