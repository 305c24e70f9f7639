import { lightly, type ReadRow } from '../shared/archive/rows.ts';
import {
  journalShelves,
  type Shelf,
  type ShelfOptions,
  type ShelvesOptions,
  shelfOf,
  shelvesWith,
} from '../shared/archive/shelf.ts';
import type { Names } from '../shared/model/names.ts';
import type { System } from '../shared/model/system.ts';
import type { ArchiveStore } from '../shared/ports/archiveStore.ts';
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

export const eventShelf = (system: System, names: Names, archive: ArchiveStore, options?: ShelfOptions): Shelf =>
  shelfOf(system, names, archive, 'events', { read: eventRow, place: (line) => lightly(eventRow(line)) }, options);

/** The events', one a tenant. */
export const eventShelves = (
  system: System,
  names: Names,
  archive: ArchiveStore,
  options: ShelvesOptions = {},
): Promise<Shelf[]> => shelvesWith(eventShelf, 'events', system, names, archive, options);

/** Both datasets that are written object by object: every change, and every event. Of each one shelf a tenant. */
export const shelvesOf = async (
  system: System,
  names: Names,
  archive: ArchiveStore,
  options: ShelvesOptions = {},
): Promise<Shelf[]> => [
  ...(await journalShelves(system, names, archive, options)),
  ...(await eventShelves(system, names, archive, options)),
];
