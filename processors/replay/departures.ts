import { readBundle } from '../../shared/archive/bundle.ts';
import { changeOfRow } from '../../shared/archive/journal.ts';
import type { JournalLine } from '../../shared/archive/journalLine.ts';
import { bundleIn, hashOf } from '../../shared/archive/layout.ts';
import type { Shelf } from '../../shared/archive/shelf.ts';
import { readTimeline, type Wanted } from '../../shared/archive/timeline.ts';
import { canonical } from '../../shared/model/canonical.ts';
import { type Key, partitionOf } from '../../shared/model/keys.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchivedObject, ArchiveStore } from '../../shared/ports/archiveStore.ts';
import { type Change, keyOf } from '../../shared/stream/change.ts';
import { endsCounted } from '../../shared/stream/counted.ts';

/*
 * Which items are away because they were archived or expired. The journal knows the last end of each item for as long as it
 * lives; bundles live longer, so what left before the journal begins is taken from them.
 */

/** What the journal tells. */
export interface LastEnds {
  /** By item: where it left last; undefined where that was a user's delete, or is not asked for. */
  readonly ends: ReadonlyMap<string, string | undefined>;
  /** Ids of bundles whose items' ends are in the journal. */
  readonly bundles: ReadonlySet<string>;
}

/** One pass; an entry is kept for each item that has ended. */
export async function lastEnds(
  system: System,
  shelves: readonly Shelf[],
  wanted: Wanted,
  isAsked: (change: Change) => boolean,
): Promise<LastEnds> {
  const ends = new Map<string, string | undefined>();
  const bundles = new Set<string>();
  for await (const rows of readTimeline(shelves, wanted))
    for (const row of rows) {
      if ((row.value as JournalLine).new !== undefined) {
        ends.delete(row.item);
        continue;
      }
      const change = changeOfRow(system, row);
      if (change.archived) bundles.add(change.archived.bundle);
      ends.set(row.item, endsCounted(change) && isAsked(change) ? row.sequence : undefined);
    }
  return { ends, bundles };
}

/** The newest copy of an item in bundles. */
interface Copy {
  readonly object: string;
  /** ISO 8601. */
  readonly due: string;
  readonly hash: string;
  /** Another bundle of the same time has other content: nobody can tell which is the last. */
  readonly isUnclear: boolean;
}

export interface BundledItem {
  readonly key: Key;
  readonly bundle: string;
  /** ISO 8601. */
  readonly due: string;
  readonly attributes: Awaited<ReturnType<typeof readBundle>>['items'][number];
}

export async function itemsIn(system: System, archive: ArchiveStore, object: string): Promise<BundledItem[]> {
  const { header, items } = await readBundle(archive, object);
  const { bundle, due } = header;
  return items.map((attributes) => ({ key: keyOf(system.table, attributes), bundle, due, attributes }));
}

/** Of items that the journal does not know, in these objects: by item, where its newest copy is. */
export async function newestCopies(
  system: System,
  archive: ArchiveStore,
  objects: readonly string[],
  isAsked: (item: BundledItem) => boolean,
): Promise<Map<string, Copy>> {
  const newest = new Map<string, Copy>();
  for (const object of objects)
    for (const item of (await itemsIn(system, archive, object)).filter(isAsked)) {
      const id = partitionOf(item.key);
      const known = newest.get(id);
      const hash = hashOf(canonical(item.attributes));
      if (!known || known.due < item.due) newest.set(id, { object, due: item.due, hash, isUnclear: false });
      else if (known.due === item.due && known.hash !== hash) newest.set(id, { ...known, isUnclear: true });
    }
  return newest;
}

/** Objects of bundles of which the journal knows nothing. */
export async function unknownBundles(
  objects: AsyncIterable<ArchivedObject>,
  { bundles }: Pick<LastEnds, 'bundles'>,
): Promise<string[]> {
  const unknown: string[] = [];
  for await (const { key } of objects) if (!bundles.has(bundleIn(key))) unknown.push(key);
  return unknown;
}
