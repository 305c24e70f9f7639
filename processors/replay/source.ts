import { eventShelves } from '../../events/archived.ts';
import { deriveEvents } from '../../events/derive.ts';
import type { Envelope } from '../../events/envelope.ts';
import { changeOfRow } from '../../shared/archive/journal.ts';
import type { Row } from '../../shared/archive/rows.ts';
import { journalShelves, type Shelf } from '../../shared/archive/shelf.ts';
import { readTimeline, type Wanted } from '../../shared/archive/timeline.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { Replay } from '../../shared/state/replays.ts';
import { type Portion, portionsOf } from './portions.ts';
import { scopeOf } from './scope.ts';
import { hoursOf, selects, typesOf } from './select.ts';

/** What a replay reads. */
export interface Source {
  readonly archive: ArchiveStore;
  /** Those of all tenants that may have any of it, as they are now: tenants come while a replay waits. */
  shelves(): Promise<readonly Shelf[]>;
  /** All but the place to begin behind. */
  readonly wanted: Wanted;
  /** The selected events of a row. */
  eventsOf(row: Row): Envelope[];
}

/** Envelopes as they were archived, or derived from the journal again. */
export function sourceOf(
  system: System,
  names: Names,
  archive: ArchiveStore,
  { selection, rederive }: Pick<Replay, 'selection' | 'rederive'>,
): Source {
  const selected = selects(system, selection);
  const { items, shelves } = scopeOf(system, names, archive, selection);
  const hours = hoursOf(selection);
  if (rederive)
    return {
      archive,
      shelves: () => shelves(journalShelves),
      wanted: { items, hours },
      eventsOf: (row) => derivedAgain(system, names, row).filter(selected),
    };
  const isType = typesOf(system, selection);
  // An event's kind is its type and version.
  const isKind = (kind: string): boolean => isType(kind.slice(0, kind.lastIndexOf('.')));
  return {
    archive,
    shelves: () => shelves(eventShelves),
    wanted: { items, hours, isKind: selection.types || selection.entity !== undefined ? isKind : undefined },
    eventsOf: ({ value }) => (selected(value as Envelope) ? [value as Envelope] : []),
  };
}

export async function* portionsBehind(
  { shelves, wanted, eventsOf }: Source,
  after: Wanted['after'],
  size: number,
): AsyncIterable<Portion<Envelope>> {
  yield* portionsOf(readTimeline(await shelves(), { ...wanted, after }), eventsOf, size);
}

/** None of a change that gives no valid event: it is parked, or was dropped. */
function derivedAgain(system: System, { stage, table }: Names, row: Row): Envelope[] {
  try {
    return deriveEvents(system, { stage, table }, changeOfRow(system, row));
  } catch (error) {
    if (isAfterwriteError(error, 'ITEM_MALFORMED')) return [];
    throw error;
  }
}
