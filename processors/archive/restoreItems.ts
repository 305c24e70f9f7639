import { readBundle } from '../../shared/archive/bundle.ts';
import { readItem } from '../../shared/archive/history.ts';
import type { JournalLine } from '../../shared/archive/journal.ts';
import { collectionPrefix, datasetPrefix } from '../../shared/archive/layout.ts';
import { journalShelf } from '../../shared/archive/shelf.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { attributesFromJson } from '../../shared/model/attributeJson.ts';
import { AfterwriteError } from '../../shared/model/errors.ts';
import { type Key, keyId, keyText, partitionOf, sameKey } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import { RESERVED_ATTRIBUTE } from '../../shared/model/reserved.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { readMark } from '../../shared/stream/mark.ts';

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
}

/** A copy in a bundle. */
interface Kept {
  readonly key: Key;
  readonly bundle: string;
  readonly attributes: Attributes;
}

/** One item, from the bundle for which it left last. Throws NOT_FOUND, ARCHIVE_COLD, ARCHIVE_BROKEN. */
export async function restoreItem(context: RestoreContext, key: Key): Promise<PutBack[]> {
  const bundle = await leftFor(context, key);
  if (bundle === undefined)
    throw new AfterwriteError('NOT_FOUND', `the journal knows of no departure of ${keyText(key)} for the archive`, {
      mend: "look at its history with 'afterwrite archive get'",
    });
  for await (const object of context.archive.list(datasetPrefix(context.system, context.names, 'bundles'))) {
    if (!object.key.includes(`/${bundle}/`)) continue;
    const kept = (await keptIn(context, object.key)).filter((item) => sameKey(item.key, key));
    if (kept.length > 0) return putBack(context, kept);
  }
  throw new AfterwriteError('NOT_FOUND', `the bundle ${bundle}, for which ${keyText(key)} left, is not there`, {
    mend: "'afterwrite archive audit' tells what is missing; its history is in 'afterwrite archive get'",
  });
}

/** All that has left with a collection. Throws NOT_FOUND, ARCHIVE_COLD, ARCHIVE_BROKEN. @param source the item that knew that it was due */
export async function restoreCollection(context: RestoreContext, collection: string, source: Key): Promise<PutBack[]> {
  const { system, names, archive } = context;
  const prefix = collectionPrefix(datasetPrefix(system, names, 'bundles'), collection, source);
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
  return putBack(context, newest);
}

/** An item that left more than once is in several bundles: the journal knows for which it left last. */
async function lastOf(context: RestoreContext, copies: readonly Kept[]): Promise<Kept> {
  const [only] = copies as [Kept];
  if (copies.length === 1) return only;
  const bundle = await leftFor(context, only.key);
  const last = copies.find((kept) => kept.bundle === bundle);
  if (last) return last;
  throw new AfterwriteError(
    'NOT_FOUND',
    `the journal does not tell which of ${copies.length} copies of ${keyText(only.key)} is the last`,
    {
      mend: "wait until the departure has been read ('afterwrite status'), and try again",
    },
  );
}

async function leftFor({ system, names, archive }: RestoreContext, key: Key): Promise<string | undefined> {
  const rows = await readItem(journalShelf(system, names, archive), partitionOf(key));
  const last = rows.map(({ value }) => value as JournalLine).findLast(({ cause }) => cause === 'archived');
  return readMark(last?.old)?.leaving;
}

/** @param source only where the bundle is its */
async function keptIn({ system, archive }: RestoreContext, object: string, source?: Key): Promise<Kept[]> {
  const { header, lines } = await readBundle(archive, object);
  if (source && !sameKey(header.source as Key, source)) return [];
  return lines.map((line) => {
    const attributes = attributesFromJson(line) as Attributes;
    return { key: keyOf(system.table, attributes), bundle: header.bundle, attributes };
  });
}

async function putBack({ table }: RestoreContext, kept: readonly Kept[]): Promise<PutBack[]> {
  const outcomes = await table.putIfAbsent(
    kept.map(({ attributes, bundle }) => ({
      ...attributes,
      [RESERVED_ATTRIBUTE]: { M: { restored: { S: bundle } } },
    })),
  );
  return kept.map(({ key, bundle }, i) => ({ key, bundle, outcome: outcomes[i] as PutBack['outcome'] }));
}
