import pMap from 'p-map';
import { linesLeft, readBundle, type StoredBundle } from '../../../shared/archive/bundle.ts';
import { writeProven } from '../../../shared/archive/lines.ts';
import { AfterwriteError, isAfterwriteError } from '../../../shared/model/errors.ts';
import { keyId, keyText } from '../../../shared/model/keys.ts';
import type { StorageClass } from '../../../shared/model/retention.ts';
import type { System } from '../../../shared/model/system.ts';
import type { ArchivedObject, ArchiveStore } from '../../../shared/ports/archiveStore.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { departuresOf } from '../../../shared/state/departures.ts';
import { keyOf } from '../../../shared/stream/change.ts';
import type { Search } from './search.ts';

const BUNDLES_AT_ONCE = 8;

/** A bundle with items of the subject. */
export interface FoundBundle {
  readonly key: string;
  readonly id: string;
  readonly items: number;
  /** Nothing else is in it. */
  readonly isWhole: boolean;
  readonly storageClass: StorageClass;
}

interface Context {
  readonly system: System;
  readonly archive: ArchiveStore;
  readonly state: StateStore;
  /** All bundles. */
  readonly objects: AsyncIterable<ArchivedObject>;
  readonly search: Search;
}

interface FoundInBundles {
  readonly bundles: readonly FoundBundle[];
  /** Copies of objects in S3 to which items of the subject alone refer: keys. */
  readonly copies: readonly string[];
}

/** Reads all of them: nothing else tells what a bundle holds. Throws ERASE_REFUSED where one is on its way out. */
export async function findBundles({ system, archive, state, objects, search }: Context): Promise<FoundInBundles> {
  const copies = { taken: new Set<string>(), kept: new Set<string>() };
  const look = async (object: { key: string; storageClass: StorageClass }): Promise<FoundBundle[]> => {
    const bundle = await readOrNote(archive, search, object.key);
    if (!bundle) return [];
    const taken = takenOf(system, search, bundle);
    for (const { item, copy } of bundle.objects) copies[taken.items.has(keyId(item)) ? 'taken' : 'kept'].add(copy);
    const items = taken.items.size;
    if (items === 0) return [];
    await refuseLeaving(state, bundle);
    const { bundle: id } = bundle.header;
    return [{ ...object, id, items, isWhole: taken.lines.size === bundle.lines.length }];
  };
  const bundles = (await pMap(objects, look, { concurrency: BUNDLES_AT_ONCE })).flat();
  return { bundles, copies: [...copies.taken].filter((copy) => !copies.kept.has(copy)) };
}

/** The same bundle under another name of its content, then the old one goes; or it goes as a whole. */
export async function eraseFromBundle(
  { system, archive, search }: Pick<Context, 'system' | 'archive' | 'search'>,
  { key, isWhole, storageClass }: FoundBundle,
  erasure: string,
): Promise<void> {
  if (!isWhole) {
    const bundle = await readBundle(archive, key);
    const lines = linesLeft(bundle, takenOf(system, search, bundle).lines, erasure);
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    await writeProven(archive, lines, (hash) => `${folder}${hash.slice(0, 16)}.ndjson.gz`, storageClass);
  }
  await archive.erase(key);
}

/** Its items that go, by key id, and the lines of these and of the objects that they refer to. */
function takenOf(system: System, { matcher }: Search, { lines, items, objects }: StoredBundle) {
  const isTaken = items.map((item) => matcher.copy(keyOf(system.table, item), item));
  const ids = new Set(items.filter((_, i) => isTaken[i]).map((item) => keyId(keyOf(system.table, item))));
  for (const { item } of objects) isTaken.push(ids.has(keyId(item)));
  return { items: ids, lines: new Set(lines.filter((_, i) => isTaken[i])) };
}

async function readOrNote(archive: ArchiveStore, search: Search, key: string): Promise<StoredBundle | undefined> {
  try {
    return await readBundle(archive, key);
  } catch (error) {
    if (isAfterwriteError(error, 'ARCHIVE_COLD')) search.cold.push(key);
    else if (!isAfterwriteError(error, 'NOT_FOUND')) throw error;
    return undefined;
  }
}

/** While a collection leaves, its bundle vouches for what is deleted, and may have to be put back. */
async function refuseLeaving(state: StateStore, { header }: StoredBundle): Promise<void> {
  const [departure] = await departuresOf(state, header.collection, [header.source]);
  if (departure?.state !== 'leaving') return;
  throw new AfterwriteError(
    'ERASE_REFUSED',
    `${header.collection} ${keyText(header.source)} is leaving the table: its bundle is needed until it has left`,
    { mend: "let it leave ('afterwrite run'), and erase then; nothing was changed" },
  );
}
