import { type Envelope, publicationId } from '../../events/envelope.ts';
import { datasetPrefix } from '../../shared/archive/layout.ts';
import { readLines } from '../../shared/archive/lines.ts';
import { AfterwriteError } from '../../shared/model/errors.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import { type Selection, selects } from './select.ts';

/** The selected envelopes as they were archived: each once in each version, in order per item. */
export async function* archivedEvents(
  system: System,
  names: Names,
  archive: ArchiveStore,
  selection: Selection,
): AsyncIterable<Envelope> {
  const selected = selects(system, selection);
  const seen = new Set<string>();
  for await (const { key } of archive.list(datasetPrefix(system, names, 'events'))) {
    for (const line of await readLines(archive, key)) {
      const envelope = parse(line, key);
      const id = publicationId(envelope);
      if (!selected(envelope) || seen.has(id)) continue;
      seen.add(id);
      yield envelope;
    }
  }
}

function parse(line: string, key: string): Envelope {
  try {
    return JSON.parse(line) as Envelope;
  } catch (error) {
    throw new AfterwriteError('ARCHIVE_BROKEN', `${key} holds a line that is no JSON`, {
      mend: 'restore the object from a copy',
      cause: error,
    });
  }
}
