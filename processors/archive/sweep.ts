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
        const taken = await unlessRefused(context, entry, () => takeOut(context, collection, entry));
        if (taken === undefined || taken.more) return;
        await context.state.remove(entry.pk, entry.sk);
        if (taken.items > 0) swept.collections++;
        swept.items += taken.items;
      },
      { concurrency: COLLECTIONS_AT_ONCE },
    );
  }
  return swept;
}

/** How many items left; `more`: not all could leave now, the entry stays to be looked at again. */
interface Taken {
  readonly items: number;
  readonly more: boolean;
}

const NOTHING: Taken = { items: 0, more: false };

/** Nothing leaves where the entry is out of date (another one tells the new time), or where all is gone already. */
async function takeOut(context: SweepContext, collection: Collection, { source, due }: StoredDue): Promise<Taken> {
  const { system, names, table, state, archive } = context;
  const owner = await readSource(context, collection, source);
  if (owner === undefined || collection.due(owner) !== due) return NOTHING;
  const present = await membersOf(context, collection, owner);
  if (present.length === 0) return NOTHING;
  if (!present.every((member) => collection.knows(owner, member))) return { items: 0, more: true };
  const bundle = hashOf(JSON.stringify([names.table, collection.name, keyId(source), due])).slice(0, 24);
  await saveDeparture(state, collection.name, { source, state: 'leaving' });
  const marked = await markAll(table, present, collection.head(owner), bundle);
  const copies = await readMarked(context, marked, bundle);
  if (copies.length === 0) return { items: 0, more: true };
  const about = { bundle, collection: collection.name, source, due };
  const prefix = datasetPrefix(system, names, 'bundles');
  await writeProven(
    archive,
    bundleLines(system, names, about, copies.map(withoutMark)),
    (hash) => bundleKey(prefix, collection.name, source, bundle, hash),
    collection.storageClass,
  );
  if (!(await removeAll(context, copies, bundle))) return { items: 0, more: true };
  await saveDeparture(state, collection.name, { source, state: 'left' });
  return { items: copies.length, more: false };
}

/** What goes wrong with one collection for good is told, and does not stop the others, nor the readers. */
async function unlessRefused<Result>(
  { log }: SweepContext,
  { source }: StoredDue,
  take: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await take();
  } catch (error) {
    if (!isAfterwriteError(error) || error.retry) throw error;
    log.error({ key: keyText(source), code: error.code }, `stays in the table: ${error.message}; ${error.mend}`);
    return undefined;
  }
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

/**
 * Children first: while the head stands, the collection is known to be unfinished. False where a child was written anew
 * in between and stays: then the head stays too. (A child that is gone although its delete was refused: a lost answer.)
 */
async function removeAll(
  { system, table }: SweepContext,
  copies: readonly Attributes[],
  bundle: string,
): Promise<boolean> {
  const isHead = (item: Attributes): boolean => readMark(item)?.head === true;
  const keysOf = (items: readonly Attributes[]): Key[] => items.map((item) => keyOf(system.table, item));
  const children = keysOf(copies.filter((item) => !isHead(item)));
  const removed = await table.removeMarked(children, bundle);
  const left = children.filter((_, i) => !removed[i]);
  if (left.length > 0 && (await table.read(left)).size > 0) return false;
  await table.removeMarked(keysOf(copies.filter(isHead)), bundle);
  return true;
}
