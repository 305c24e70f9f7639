import pMap from 'p-map';
import { readBundle } from '../../shared/archive/bundle.ts';
import { putBack } from '../../shared/archive/putBack.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { type Key, keyId, keyText } from '../../shared/model/keys.ts';
import type { Collection } from '../../shared/model/retention.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { Copy, TableStore } from '../../shared/ports/tableStore.ts';
import { departuresOf, saveDeparture } from '../../shared/state/departures.ts';
import { dueBy, forgetDue, type StoredDue } from '../../shared/state/due.ts';
import { forgetExpired } from '../../shared/state/expired.ts';
import { decodeItem, expiryOf, keyOf } from '../../shared/stream/change.ts';
import { readMark } from '../../shared/stream/mark.ts';
import { begin } from './attempt.ts';
import { hasOpenDeadline, passDeadlines } from './deadlines.ts';
import { isUnread } from './expiredAlone.ts';
import { expiredMembers } from './expiredMembers.ts';
import { copyOf, headOf, leave, leaveChildren } from './leave.ts';
import { forgetOvertaken } from './overtaken.ts';
import { copyReferred, type Referred, type ReferredContext } from './referred.ts';
import { unlessRefused } from './refused.ts';
import { takenItems } from './takenItems.ts';

export interface SweepContext extends ReferredContext {
  readonly table: TableStore;
  readonly state: StateStore;
  readonly archive: ArchiveStore;
}

export interface Swept {
  collections: number;
  items: number;
  /** Items of which it was noted that a deadline of theirs has passed. */
  passed: number;
  /** Collections that will be whole again when the journal tells who took what is gone. */
  waiting: number;
}

const COLLECTIONS_AT_ONCE = 8;

/**
 * Takes what is due out of the table. Steps of one collection, each safe to repeat after a crash: due -> objects that its items
 * refer to copied and proven -> bundle written and read back -> children marked and deleted, then the head -> bundle moved to its class -> left. Where it is due no
 * more half way: children put back -> marks taken off -> stayed.
 * @param now epoch milliseconds
 */
export async function sweep(context: SweepContext, now: number, signal?: AbortSignal): Promise<Swept> {
  // First: what leaves has its deadlines behind it.
  const passed = await passDeadlines(context, now, signal);
  const swept: Swept = { collections: 0, items: 0, passed, waiting: 0 };
  for (const collection of context.system.retention) {
    await pMap(
      dueBy(context.state, collection, now),
      async (entry) => {
        if (signal?.aborted) return;
        const taken = await unlessRefused(context.log, entry, 'stays in the table', () =>
          takeOut(context, collection, entry, now),
        );
        if (taken?.waits) swept.waiting++;
        if (taken === undefined || taken.more) return;
        if (taken.stale) await forgetOvertaken(context, collection, entry);
        else await forgetDue(context.state, entry);
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
  /** For the journal. */
  readonly waits?: boolean;
  /** The source names another time. */
  readonly stale?: boolean;
}

const NOTHING: Taken = { items: 0, more: false };
const STALE: Taken = { ...NOTHING, stale: true };
const LATER: Taken = { items: 0, more: true };
const WAITS: Taken = { ...LATER, waits: true };

/** Nothing leaves where the entry is out of date, or where all is gone already. */
async function takeOut(context: SweepContext, collection: Collection, entry: StoredDue, now: number): Promise<Taken> {
  const { state } = context;
  const { source, due } = entry;
  const owner = await readSource(context, collection, source);
  // Corrected may be the declaration: then no write names the time anew.
  if (owner === MALFORMED) return LATER;
  if (owner === undefined)
    return (await isUnread(context, collection, entry)) ? WAITS : ended(context, collection, source);
  if (collection.due(owner) !== due) return (await stays(context, { collection, owner, source, now })) ? STALE : WAITS;
  const copies = await membersOf(context, collection, owner);
  if (copies.length === 0) return ended(context, collection, source);
  if (!copies.every(({ key }) => collection.knows(owner, key))) return LATER;
  if (copies.some(({ attributes }) => hasOpenDeadline(context.system, attributes, now))) return LATER;
  const about = { collection: collection.name, source, due };
  const referred = await copyReferred(
    context,
    copies.map(({ attributes }) => attributes),
  );
  if (referred.kept.size > 0) return takePart(context, about, { copies, head: collection.head(owner), referred });
  const expired = await expiredMembers(context, collection, owner, new Set(copies.map(({ key }) => keyId(key))));
  const items = [...copies.map(({ attributes }) => attributes), ...expired.map(({ item }) => item)];
  const gone = expired.map(({ key }) => key);
  const leaving = await begin(context, about, { items, gone }, referred);
  if (!(await leave(leaving, copies, collection.head(owner)))) return LATER;
  await ended(context, collection, source);
  await forgetExpired(state, collection.name, gone);
  return { items: copies.length, more: false };
}

/** All but the head, and those of whose objects there is no copy: the entry stays, and they are looked at again. */
async function takePart(
  context: SweepContext,
  about: { collection: string; source: Key; due: number },
  { copies, head, referred }: { copies: readonly Copy[]; head: Key | undefined; referred: Referred },
): Promise<Taken> {
  const stays = headOf(copies, head);
  const children = copies.filter((copy) => copy !== stays && !referred.kept.has(keyId(copy.key)));
  if (children.length === 0) return LATER;
  const ids = new Set(children.map(({ key }) => keyId(key)));
  const copied = referred.copied.filter(({ item }) => ids.has(keyId(item as Key)));
  const items = children.map(({ attributes }) => attributes);
  await leaveChildren(await begin(context, about, { items, gone: [] }, { copied }), children);
  return LATER;
}

/** All is gone. Bundles go to their class only now: from a cold one nothing could be put back at once. */
async function ended({ state, archive }: SweepContext, collection: Collection, source: Key): Promise<Taken> {
  const [departure] = await departuresOf(state, collection.name, [source]);
  if (departure?.state !== 'leaving') return NOTHING;
  if (collection.storageClass !== 'STANDARD')
    for (const { object, copies = [] } of departure.attempts ?? [])
      for (const key of [object, ...copies]) await archive.move(key, collection.storageClass);
  await saveDeparture(state, collection.name, { source, state: 'left' }, departure);
  return NOTHING;
}

/**
 * What is due no more is whole again: what an earlier attempt took is put back. And a mark that it left behind would make a
 * user's delete, however much later, read as the sweeper's. False while the journal does not tell yet who took what is gone.
 */
async function stays(
  context: SweepContext,
  { collection, owner, source, now }: { collection: Collection; owner: unknown; source: Key; now: number },
): Promise<boolean> {
  const { system, table, state, archive } = context;
  const [departure] = await departuresOf(state, collection.name, [source]);
  if (departure?.state !== 'leaving') return true;
  for (const { object, unmarked } of departure.attempts ?? []) {
    if (!unmarked) continue;
    const { header, items } = await readBundle(archive, object);
    const isOurs = (item: Attributes): boolean => !unmarked.includes(keyId(keyOf(system.table, item)));
    const ours = items.filter((item) => isOurs(item) && expiryOf(system.table, item) > now);
    const taken = await takenItems(context, { bundle: header.bundle, items: ours });
    if (!taken) return false;
    await putBack(table, { id: header.bundle, items: taken });
  }
  const copies = await membersOf(context, collection, owner);
  await table.unmark(copies.map(({ key }) => key));
  await saveDeparture(state, collection.name, { source, state: 'stayed' }, departure);
  return true;
}

/** Nobody knows when it is due: all stays as it is, for the next one who knows puts it back or goes on. */
const MALFORMED = Symbol('malformed');

async function readSource({ system, table, log }: SweepContext, collection: Collection, source: Key): Promise<unknown> {
  const stored = (await table.read([source])).get(keyId(source));
  // What was put back has no life of its own any more: it was wanted.
  if (collection.alone && readMark(stored)?.restored !== undefined) return undefined;
  try {
    return decodeItem(system, system.sourceOf(source), source, stored);
  } catch (error) {
    if (!isAfterwriteError(error, 'ITEM_MALFORMED')) throw error;
    log.warn({ key: keyText(source), collection: collection.name }, `not taken out: ${error.message}`);
    return MALFORMED;
  }
}

/** What is in the table: everything of the collection's entities in its partition, and what belongs to it elsewhere. */
async function membersOf({ system, table }: SweepContext, collection: Collection, owner: unknown): Promise<Copy[]> {
  const copies: Copy[] = [];
  if (!collection.alone)
    for await (const item of table.partition(collection.partition(owner))) {
      const copy = copyOf(system, item);
      if (collection.entities.some((entity) => entity === system.sourceOf(copy.key))) copies.push(copy);
    }
  const found = await table.read(collection.elsewhere(owner));
  return [...copies, ...[...found.values()].map((item) => copyOf(system, item))];
}
