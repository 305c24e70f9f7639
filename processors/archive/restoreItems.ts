import { type BundledObject, readBundle } from '../../shared/archive/bundle.ts';
import { collectionPrefix } from '../../shared/archive/layout.ts';
import { listDataset } from '../../shared/archive/listing.ts';
import { lasting, type PutBackOutcome, putBack } from '../../shared/archive/putBack.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { AfterwriteError } from '../../shared/model/errors.ts';
import { type Key, keyId, keyText, sameKey } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { type Change, keyOf } from '../../shared/stream/change.ts';
import { endsCounted } from '../../shared/stream/counted.ts';
import { readMark } from '../../shared/stream/mark.ts';
import { changesOf, isAway, lastAway } from './awayCopies.ts';

/*
 * Items of a bundle go back into the table if they are absent: what is there stays as it is, so it is safe to repeat. Each
 * carries the mark `restored` with its bundle, by which its record is a change neither to statistics, which count it still,
 * nor to events. What they count no more, for its user has deleted it or written on since it was put back, stays away: the
 * mark would be a lie. Secrets stay lost: no bundle has them. Nor does their expiry come back: it may be over, or would be soon.
 */

export interface RestoreContext {
  readonly system: System;
  readonly names: Names;
  readonly table: TableStore;
  readonly archive: ArchiveStore;
}

export interface PutBack {
  readonly key: Key;
  readonly bundle: string;
  /** `refused`: the table can't hold it. `retracted`: it has come back before, and its user has deleted or changed it since. */
  readonly outcome: PutBackOutcome | 'retracted';
  /** What it refers to, with the copies in the archive; absent where it refers to nothing. */
  readonly objects?: readonly BundledObject[];
}

/** A copy in a bundle. */
interface Kept {
  readonly key: Key;
  readonly bundle: string;
  readonly attributes: Attributes;
  readonly objects: readonly BundledObject[];
}

/** One item, from the bundle for which it left last. Throws NOT_FOUND, ARCHIVE_COLD, ARCHIVE_BROKEN. */
export async function restoreItem(context: RestoreContext, key: Key): Promise<PutBack[]> {
  const end = (await changesOf(context, [key]))(key).findLast(({ record }) => record.new === undefined);
  const bundle = end && endsCounted(end) ? readMark(end.record.old)?.leaving : undefined;
  if (bundle === undefined)
    throw new AfterwriteError('NOT_FOUND', `${keyText(key)} was not deleted for a bundle last, as the journal has it`, {
      mend: "'afterwrite archive get' shows its history; what expired before its collection left comes back with --collection",
    });
  const { system, names, archive } = context;
  for await (const object of listDataset(system, names, archive, 'bundles', system.tenant?.of(key) ?? '')) {
    if (!object.key.includes(`/${bundle}/`)) continue;
    const kept = (await keptIn(context, object.key)).filter((item) => sameKey(item.key, key));
    if (kept.length > 0) return putAllBack(context, kept);
  }
  throw new AfterwriteError('NOT_FOUND', `the bundle ${bundle}, for which ${keyText(key)} left, is not there`, {
    mend: "'afterwrite archive audit' tells what is missing; its history is in 'afterwrite archive get'",
  });
}

/** All that has left with a collection. Throws NOT_FOUND, ARCHIVE_COLD, ARCHIVE_BROKEN. @param source the item that knew that it was due */
export async function restoreCollection(context: RestoreContext, collection: string, source: Key): Promise<PutBack[]> {
  const { system, names, archive } = context;
  const prefix = collectionPrefix(system, names, collection, source);
  const copies: Kept[] = [];
  for await (const object of archive.list(prefix)) copies.push(...(await keptIn(context, object.key, source)));
  if (copies.length === 0)
    throw new AfterwriteError('NOT_FOUND', `the archive has no bundle of ${collection} ${keyText(source)}`, {
      mend: "'afterwrite archive ls --dataset bundles' lists all; give the collection's name and its source's key",
    });
  return putAllBack(context, copies);
}

/** @param source only where the bundle is its */
async function keptIn({ system, archive }: RestoreContext, object: string, source?: Key): Promise<Kept[]> {
  const { header, items, objects } = await readBundle(archive, object);
  if (source && !sameKey(header.source as Key, source)) return [];
  return items.map((attributes) => {
    const key = keyOf(system.table, attributes);
    const own = objects.filter(({ item }) => sameKey(item as Key, key));
    return { key, bundle: header.bundle, attributes, objects: own };
  });
}

/** @param copies of any number of items, of some several */
async function putAllBack(context: RestoreContext, copies: readonly Kept[]): Promise<PutBack[]> {
  const { away, told } = await sorted(context, copies);
  const items = [...told];
  for (const bundle of new Set(away.map((item) => item.bundle))) {
    const own = away.filter((item) => item.bundle === bundle);
    const back = own.map(({ attributes }) => lasting(context.system.table, attributes));
    const outcomes = await putBack(context.table, { id: bundle, items: back });
    items.push(...own.map((kept, i) => toldOf(kept, outcomes[i] as PutBackOutcome)));
  }
  return items;
}

const toldOf = ({ key, bundle, objects }: Kept, outcome: PutBack['outcome']): PutBack => ({
  key,
  bundle,
  outcome,
  ...(objects.length > 0 && { objects }),
});

/** Of each item the copy that left last, where one is away; the others are told: they are there, or stay away. */
async function sorted(
  context: RestoreContext,
  copies: readonly Kept[],
): Promise<{ away: readonly Kept[]; told: readonly PutBack[] }> {
  const byItem = copiesByItem(copies);
  const keys = byItem.map(([{ key }]) => key);
  const changes = await changesOf(context, keys);
  const present = await context.table.read(keys);
  const [away, told]: [Kept[], PutBack[]] = [[], []];
  for (const own of byItem) {
    const [any] = own;
    const known = changes(any.key);
    const [one, ...more] = own.filter((kept) => isAway(context.system.table, known, kept));
    if (one) away.push(more.length === 0 ? one : lastOf(known, [one, ...more]));
    else told.push(toldOf(any, present.has(keyId(any.key)) ? 'present' : 'retracted'));
  }
  return { away, told };
}

function copiesByItem(copies: readonly Kept[]): [Kept, ...Kept[]][] {
  const byItem = new Map<string, [Kept, ...Kept[]]>();
  for (const kept of copies) {
    const own = byItem.get(keyId(kept.key));
    if (own) own.push(kept);
    else byItem.set(keyId(kept.key), [kept]);
  }
  return [...byItem.values()];
}

/** An item that left more than once is in several bundles: the journal knows how it left last. */
function lastOf(changes: readonly Change[], copies: readonly Kept[]): Kept {
  const last = lastAway(changes, copies);
  if (last) return last;
  const [{ key }] = copies as [Kept];
  throw new AfterwriteError(
    'NOT_FOUND',
    `the journal does not tell which of ${copies.length} copies of ${keyText(key)} is the last`,
    { mend: "wait until its departure has been read ('afterwrite status'), and try again" },
  );
}
