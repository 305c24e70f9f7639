import pMap from 'p-map';
import type { Envelope } from '../../events/envelope.ts';
import { type ColdObject, coldAmong } from '../../shared/archive/restoring.ts';
import type { Place } from '../../shared/archive/rows.ts';
import { journalShelves } from '../../shared/archive/shelf.ts';
import { keysAhead } from '../../shared/archive/timeline.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { Portion } from './portions.ts';
import { portionsBehind, type Source } from './source.ts';

const LISTS_AT_ONCE = 4;

/** What a replay sends, in an order that is the same however often it is read. */
export interface Feed<Unit> {
  readonly archive: ArchiveStore;
  /** What must be restored before what stands behind this place can be read, whether it is restored or not. */
  coldAhead(after: Place | undefined): Promise<ColdObject[]>;
  /** In portions of about this size. */
  portions(after: Place | undefined, size: number): AsyncIterable<Portion<Unit>>;
  /** As it is sent. @param replay its id */
  marked(unit: Unit, replay: string): Unit;
}

export const envelopeFeed = (source: Source): Feed<Envelope> => ({
  archive: source.archive,
  coldAhead: (after) => coldAhead(source, after),
  portions: (after, size) => portionsBehind(source, after, size),
  marked: ({ metadata, data }, id) => ({ metadata: { ...metadata, replay: { id } }, data }),
});

/** What of all the journal is cold. */
export const journalFeed = (
  system: System,
  names: Names,
  archive: ArchiveStore,
): Pick<Feed<unknown>, 'archive' | 'coldAhead'> => ({
  archive,
  coldAhead: (after) =>
    coldAhead({ archive, shelves: () => journalShelves(system, names, archive), wanted: {} }, after),
});

export const isUnreadable = ({ readability: { state } }: ColdObject): boolean =>
  state === 'cold' || state === 'restoring';

/** What would be read and lies in a class that must be restored, whether it is restored or not. */
export async function coldAhead(
  { archive, shelves, wanted }: Pick<Source, 'archive' | 'shelves' | 'wanted'>,
  after: Place | undefined,
): Promise<ColdObject[]> {
  const all = await shelves();
  const ahead = new Set(await keysAhead(all, { ...wanted, after }));
  const prefixes = all.flatMap(({ objects, segments }) => [objects, segments]);
  const cold = (prefix: string): Promise<ColdObject[]> =>
    coldAmong(archive, archive.list(prefix), (key) => ahead.has(key));
  return (await pMap(prefixes, cold, { concurrency: LISTS_AT_ONCE })).flat();
}
