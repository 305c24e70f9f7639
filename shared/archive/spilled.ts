import { AfterwriteError, isAfterwriteError } from '../model/errors.ts';
import type { Key } from '../model/keys.ts';
import type { Names } from '../model/names.ts';
import type { System } from '../model/system.ts';
import type { ArchivedObject, ArchiveStore } from '../ports/archiveStore.ts';
import type { Change } from '../stream/change.ts';
import { changeFromLine, journalLine } from './journalLine.ts';
import { datasetPrefix, datasetRoot, partOf, spillKey, spillPrefix } from './layout.ts';
import { readLines, writeProven } from './lines.ts';

/** Where a system's spilled changes lie. */
export interface SpillPlace {
  /** All of them. */
  readonly root: string;
  /** Whether shards lie below tenants: then those of one shard are looked for among all. */
  readonly hasTenants: boolean;
  /** Those of the item's tenant. */
  prefixOf(item: Key): string;
}

export const spillPlace = (system: System, names: Names): SpillPlace => ({
  root: datasetRoot(system, names, 'spill'),
  hasTenants: system.tenant !== undefined,
  prefixOf: (item) => datasetPrefix(system, names, 'spill', { tenant: partOf(system, item) }),
});

/** One object of changes that wait for the bus: of one tenant and one shard, in order. */
export interface Spilled {
  readonly key: string;
  readonly shard: string;
  /** Sequence number of its first change. */
  readonly first: string;
  readonly changes: number;
  /** Gzipped. */
  readonly bytes: number;
}

/**
 * Keeps changes of one shard until the bus takes their events: an object for each tenant that they are of. A line is the
 * journal's: whatever is left out there is left out here. The same changes again are the same objects.
 */
export async function writeSpilled(
  archive: ArchiveStore,
  place: SpillPlace,
  changes: readonly Change[],
): Promise<void> {
  const byTenant = new Map<string, Change[]>();
  for (const change of changes) {
    const prefix = place.prefixOf(change.key);
    byTenant.set(prefix, [...(byTenant.get(prefix) ?? []), change]);
  }
  for (const [prefix, own] of byTenant) {
    const [first, last] = [own[0], own[own.length - 1]] as [Change, Change];
    const about = { first: first.position.sequence, last: last.position.sequence, changes: own.length };
    await writeProven(archive, own.map(journalLine), (hash) => spillKey(prefix, first.position.shard, about, hash));
  }
}

/**
 * In the order of sequence numbers, shard by shard and tenant by tenant: an item's changes come in order, for it has one
 * tenant. @param shard only those of this one
 */
export async function* listSpilled(archive: ArchiveStore, place: SpillPlace, shard?: string): AsyncIterable<Spilled> {
  const under = shard === undefined || place.hasTenants ? place.root : spillPrefix(place.root, shard);
  for await (const object of archive.list(under)) {
    const spilled = spilledIn(object);
    if (shard === undefined || spilled.shard === shard) yield spilled;
  }
}

function spilledIn({ key, bytes }: ArchivedObject): Spilled {
  const [name = '', shard = ''] = key.split('/').toReversed();
  const [first = '', , changes] = name.split('-');
  return {
    key,
    shard: decodeURIComponent(shard),
    first: first.replace(/^0+(?=\d)/, ''),
    changes: Number(changes),
    bytes,
  };
}

/** Undefined where somebody else published it and took it away. */
export async function readSpilled(
  system: System,
  archive: ArchiveStore,
  { key }: Spilled,
): Promise<Change[] | undefined> {
  try {
    return (await readLines(archive, key)).map((line) => changeFromLine(system, line));
  } catch (error) {
    if (isAfterwriteError(error, 'NOT_FOUND')) return undefined;
    if (!(error instanceof SyntaxError)) throw error;
    throw new AfterwriteError('ARCHIVE_BROKEN', `${key} holds a line that is no JSON`, {
      mend: 'restore the object from a copy of it',
      cause: error,
    });
  }
}
