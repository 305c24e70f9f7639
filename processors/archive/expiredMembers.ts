import { readItem } from '../../shared/archive/history.ts';
import { decodeLine, type JournalLine } from '../../shared/archive/journalLine.ts';
import { partOf } from '../../shared/archive/layout.ts';
import { journalShelf } from '../../shared/archive/shelf.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { type Key, keyId, partitionOf } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import type { Collection } from '../../shared/model/retention.ts';
import type { System } from '../../shared/model/system.ts';
import { HOUR_MS, startOfHour } from '../../shared/model/time.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import { type Expired, expiredIn, expiredOf } from '../../shared/state/expired.ts';
import { imageLeft } from '../../shared/stream/counted.ts';

export interface ExpiredContext {
  readonly system: System;
  readonly names: Names;
  readonly state: StateStore;
  readonly archive: ArchiveStore;
}

export interface ExpiredMember {
  readonly key: Key;
  readonly item: Attributes;
}

/**
 * What the table's TTL took of a collection before it was due, or what left by itself, as it was then. Its journal line is proven before it is noted.
 * @param present by `keyId`: what was written anew is in the table
 */
export async function expiredMembers(
  context: ExpiredContext,
  collection: Collection,
  owner: unknown,
  present: ReadonlySet<string>,
): Promise<ExpiredMember[]> {
  if (collection.alone) return [];
  const noted = [
    ...(await expiredIn(context.state, collection.name, collection.partition(owner))),
    ...(await expiredOf(context.state, collection.name, collection.elsewhere(owner))),
  ];
  const members: ExpiredMember[] = [];
  for (const { key, at } of noted) {
    if (present.has(keyId(key))) continue;
    const item = await lastImage(context, { key, at });
    if (item) members.push({ key, item });
  }
  return members;
}

async function lastImage(
  { system, names, archive }: ExpiredContext,
  { key, at }: Expired,
): Promise<Attributes | undefined> {
  const from = startOfHour(at);
  const shelf = journalShelf(system, names, archive, { tenant: partOf(system, key) });
  const rows = await readItem(shelf, partitionOf(key), { from, until: from + HOUR_MS });
  const ends = rows.map(({ value }) => value as JournalLine).filter((line) => line.at === at && line.new === undefined);
  const last = ends[ends.length - 1];
  return last && imageLeft(decodeLine(system, last));
}
