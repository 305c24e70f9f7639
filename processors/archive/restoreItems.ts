import { type BundledObject, readBundle } from '../../shared/archive/bundle.ts';
import { readItem } from '../../shared/archive/history.ts';
import type { JournalLine } from '../../shared/archive/journalLine.ts';
import { collectionPrefix, partOf } from '../../shared/archive/layout.ts';
import { listDataset } from '../../shared/archive/listing.ts';
import { putBack } from '../../shared/archive/putBack.ts';
import { journalShelf } from '../../shared/archive/shelf.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { canonical } from '../../shared/model/canonical.ts';
import { AfterwriteError } from '../../shared/model/errors.ts';
import { type Key, keyId, keyText, partitionOf, sameKey } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { readMark, withoutMark } from '../../shared/stream/mark.ts';

/*
 * Items of a bundle go back into the table if they are absent: what is there stays as it is, so it is safe to repeat. Each
 * carries the mark `restored` with its bundle, by which its record is a change neither to statistics, which count it still,
 * nor to events. Secrets stay lost: no bundle has them.
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
  /** `refused`: the table can't hold it. */
  readonly outcome: 'written' | 'present' | 'refused';
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
  const bundle = readMark((await lastEnd(context, key))?.old)?.leaving;
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
  const copies = new Map<string, Kept[]>();
  for await (const object of archive.list(prefix))
    for (const kept of await keptIn(context, object.key, source)) {
      const known = copies.get(keyId(kept.key));
      if (known) known.push(kept);
      else copies.set(keyId(kept.key), [kept]);
    }
  if (copies.size === 0)
    throw new AfterwriteError('NOT_FOUND', `the archive has no bundle of ${collection} ${keyText(source)}`, {
      mend: "'afterwrite archive ls --dataset bundles' lists all; give the collection's name and its source's key",
    });
  const newest: Kept[] = [];
  for (const kept of copies.values()) newest.push(await lastOf(context, kept));
  return putAllBack(context, newest);
}

/** An item that left more than once is in several bundles: the journal knows how it left last. */
async function lastOf(context: RestoreContext, copies: readonly Kept[]): Promise<Kept> {
  const [only] = copies as [Kept];
  if (copies.length === 1) return only;
  const end = await lastEnd(context, only.key);
  const bundle = readMark(end?.old)?.leaving;
  // What expired before its collection left has no mark; its copy is what the journal had.
  const image = end?.old && canonical(withoutMark(end.old));
  const last =
    copies.find((kept) => kept.bundle === bundle) ?? copies.find(({ attributes }) => canonical(attributes) === image);
  if (last) return last;
  throw new AfterwriteError(
    'NOT_FOUND',
    `the journal does not tell which of ${copies.length} copies of ${keyText(only.key)} is the last`,
    { mend: "wait until its departure has been read ('afterwrite status'), and try again" },
  );
}

/** Its last deletion, by whomever. */
async function lastEnd({ system, names, archive }: RestoreContext, key: Key): Promise<JournalLine | undefined> {
  const shelf = journalShelf(system, names, archive, { tenant: partOf(system, key) });
  const rows = await readItem(shelf, partitionOf(key));
  return rows.map(({ value }) => value as JournalLine).findLast((line) => line.new === undefined);
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

async function putAllBack({ table }: RestoreContext, kept: readonly Kept[]): Promise<PutBack[]> {
  const items: PutBack[] = [];
  for (const bundle of new Set(kept.map((item) => item.bundle))) {
    const own = kept.filter((item) => item.bundle === bundle);
    const outcomes = await putBack(table, { id: bundle, items: own.map(({ attributes }) => attributes) });
    items.push(
      ...own.map(({ key, objects }, i) => {
        const outcome = outcomes[i] as PutBack['outcome'];
        return { key, bundle, outcome, ...(objects.length > 0 && { objects }) };
      }),
    );
  }
  return items;
}
