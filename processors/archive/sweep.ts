import pMap from 'p-map';
import { bundleLines } from '../../shared/archive/bundle.ts';
import { bundleKey, datasetPrefix, hashOf } from '../../shared/archive/layout.ts';
import { writeProven } from '../../shared/archive/lines.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { type Key, keyId, keyText, sameKey } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import type { Collection } from '../../shared/model/retention.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { saveDeparture } from '../../shared/state/departures.ts';
import { decodeItem, keyOf } from '../../shared/stream/change.ts';
import { readMark, withoutMark } from '../../shared/stream/mark.ts';
import { dueBy, type StoredDue } from './due.ts';

export interface SweepContext {
  readonly system: System;
  readonly names: Names;
  readonly table: TableStore;
  readonly state: StateStore;
  readonly archive: ArchiveStore;
  readonly log: Log;
}

export interface Swept {
  collections: number;
  items: number;
}

const COLLECTIONS_AT_ONCE = 8;

/**
 * Takes what is due out of the table. Steps of one collection, each safe to repeat after a crash: due -> marked ->
 * bundle written and read back -> children deleted, then the head, on the condition that the mark stands -> left.
 * @param now epoch milliseconds
 */
export async function sweep(context: SweepContext, now: number, signal?: AbortSignal): Promise<Swept> {
  const swept: Swept = { collections: 0, items: 0 };
  for (const collection of context.system.retention) {
    await pMap(
      dueBy(context.state, collection, now),
      async (entry) => {
        if (signal?.aborted) return;
        const items = await takeOut(context, collection, entry);
        await context.state.remove(entry.pk, entry.sk);
        if (items > 0) swept.collections++;
        swept.items += items;
      },
      { concurrency: COLLECTIONS_AT_ONCE },
    );
  }
  return swept;
}

/** The number of items that left; 0 where the entry is out of date (another one tells the new time), or all is gone already. */
async function takeOut(context: SweepContext, collection: Collection, { source, due }: StoredDue): Promise<number> {
  const { system, names, table, state, archive } = context;
  const owner = await readSource(context, collection, source);
  if (owner === undefined || collection.due(owner) !== due) return 0;
  const present = await membersOf(context, collection, owner);
  if (present.length === 0) return 0;
  const bundle = hashOf(JSON.stringify([names.table, collection.name, keyId(source), due])).slice(0, 24);
  await saveDeparture(state, collection.name, { source, state: 'leaving' });
  const marked = await markAll(table, present, collection.head(owner), bundle);
  const copies = await readMarked(context, marked, bundle);
  if (copies.length > 0) {
    const lines = bundleLines(
      system,
      names,
      { bundle, collection: collection.name, source, due },
      copies.map(withoutMark),
    );
    const prefix = datasetPrefix(system, names, 'bundles');
    await writeProven(
      archive,
      lines,
      (hash) => bundleKey(prefix, collection.name, source, bundle, hash),
      collection.storageClass,
    );
    await removeAll(
      table,
      copies.map((item) => keyOf(system.table, item)),
      headOf(copies, system),
      bundle,
    );
  }
  await saveDeparture(state, collection.name, { source, state: 'left' });
  return copies.length;
}

async function readSource({ system, table, log }: SweepContext, collection: Collection, source: Key): Promise<unknown> {
  const stored = (await table.read([source])).get(keyId(source));
  try {
    return decodeItem(system.sourceOf(source), source, stored);
  } catch (error) {
    if (!isAfterwriteError(error, 'ITEM_MALFORMED')) throw error;
    log.warn({ key: keyText(source), collection: collection.name }, `not taken out: ${error.message}`);
    return undefined;
  }
}

/** Keys of what is in the table: everything of the collection's entities in its partition, and what belongs to it elsewhere. */
async function membersOf({ system, table }: SweepContext, collection: Collection, owner: unknown): Promise<Key[]> {
  const keys: Key[] = [];
  for await (const item of table.partition(collection.partition(owner))) {
    const key = keyOf(system.table, item);
    if (collection.entities.some((entity) => entity === system.sourceOf(key))) keys.push(key);
  }
  const elsewhere = collection.elsewhere(owner);
  const found = await table.read(elsewhere);
  return [...keys, ...elsewhere.filter((key) => found.has(keyId(key)))];
}

/** The head is the named one where it is still there, else the last: somebody must speak for the collection. */
async function markAll(
  table: TableStore,
  present: readonly Key[],
  named: Key | undefined,
  bundle: string,
): Promise<Key[]> {
  const head = present.find((key) => named !== undefined && sameKey(key, named)) ?? present[present.length - 1];
  const held = await table.mark(present.map((key) => ({ key, leaving: bundle, head: key === head })));
  return present.filter((_, i) => held[i]);
}

async function readMarked({ table }: SweepContext, keys: readonly Key[], bundle: string): Promise<Attributes[]> {
  const items = await table.read(keys);
  return [...items.values()].filter((item) => readMark(item)?.leaving === bundle);
}

const headOf = (copies: readonly Attributes[], system: System): Key | undefined => {
  const head = copies.find((item) => readMark(item)?.head);
  return head && keyOf(system.table, head);
};

/** Children first: while the head stands, the collection is known to be unfinished. */
async function removeAll(
  table: TableStore,
  keys: readonly Key[],
  head: Key | undefined,
  bundle: string,
): Promise<void> {
  const children = keys.filter((key) => head === undefined || !sameKey(key, head));
  await table.removeMarked(children, bundle);
  if (head) await table.removeMarked([head], bundle);
}
