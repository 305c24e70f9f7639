import type { ReadRow } from '../shared/archive/rows.ts';
import { journalShelf, type Shelf, shelfOf } from '../shared/archive/shelf.ts';
import type { Names } from '../shared/model/names.ts';
import type { System } from '../shared/model/system.ts';
import type { ArchiveStore } from '../shared/ports/archiveStore.ts';
import type { Clock } from '../shared/ports/clock.ts';
import { padSequence } from '../shared/stream/sequence.ts';
import { type Envelope, publicationId } from './envelope.ts';

/** A line of the archived events: an event that was archived twice has the same id. */
const eventRow: ReadRow = (line) => {
  const envelope = JSON.parse(line) as Envelope;
  const { partitionKey, sequence, type, version } = envelope.metadata;
  return {
    item: partitionKey,
    sequence: padSequence(sequence),
    id: publicationId(envelope),
    kind: `${type}.${version}`,
    line,
    value: envelope,
  };
};

export const eventShelf = (system: System, names: Names, archive: ArchiveStore, clock?: Clock): Shelf =>
  shelfOf(system, names, archive, 'events', eventRow, clock);

/** Both datasets that are written object by object: every change, and every event. */
export const shelvesOf = (system: System, names: Names, archive: ArchiveStore, clock?: Clock): Shelf[] => [
  journalShelf(system, names, archive, clock),
  eventShelf(system, names, archive, clock),
];
