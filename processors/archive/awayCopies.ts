import { readItems } from '../../shared/archive/history.ts';
import { decodeLine, type JournalLine } from '../../shared/archive/journalLine.ts';
import { partOf } from '../../shared/archive/layout.ts';
import { lasting } from '../../shared/archive/putBack.ts';
import { journalShelf } from '../../shared/archive/shelf.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { imageHash } from '../../shared/model/imageHash.ts';
import { type Key, partitionOf } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System, TableDeclaration } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { Change } from '../../shared/stream/change.ts';
import { endsCounted, imageLeft } from '../../shared/stream/counted.ts';
import { readMark, withoutMark } from '../../shared/stream/mark.ts';

interface Context {
  readonly system: System;
  readonly names: Names;
  readonly archive: ArchiveStore;
}

/** What the journal has of each item, in order; it has nothing of what was let go, and of what was not read yet. @param keys of one tenant */
export async function changesOf(
  { system, names, archive }: Context,
  keys: readonly Key[],
): Promise<(key: Key) => readonly Change[]> {
  const [first] = keys;
  const changes = new Map<string, Change[]>();
  if (first) {
    const shelf = journalShelf(system, names, archive, { tenant: partOf(system, first) });
    for (const { item, value } of await readItems(shelf, keys.map(partitionOf))) {
      const change = decodeLine(system, value as JournalLine);
      const known = changes.get(item);
      if (known) known.push(change);
      else changes.set(item, [change]);
    }
  }
  return (key) => changes.get(partitionOf(key)) ?? [];
}

/** A copy of an item, in a bundle. */
interface Copy {
  readonly bundle: string;
  readonly attributes: Attributes;
}

/**
 * Whether a copy left, and has not come back since: then statistics count it still, and it may come back as what changes
 * nothing. A copy that came back may have been deleted by its user, who took it out of the statistics, or written on. One that
 * the journal does not know of left before the journal begins, or just now.
 * @param changes of the item, in order
 */
export function isAway(table: TableDeclaration, changes: readonly Change[], { bundle, attributes }: Copy): boolean {
  const hash = imageHash(attributes);
  const lastingHash = imageHash(lasting(table, attributes));
  let away = 0;
  let isKnown = false;
  for (const change of changes) {
    const { cause, record } = change;
    const image = cause === 'restored' ? record.new && withoutMark(record.new) : imageLeft(change);
    if (!image) continue;
    const mark = readMark(cause === 'restored' ? record.new : record.old);
    const imageIs = imageHash(image);
    const isCopy = imageIs === hash || (cause === 'restored' && imageIs === lastingHash);
    isKnown ||= (isCopy && cause !== 'delete') || mark?.leaving === bundle || mark?.restored === bundle;
    if (!isCopy) continue;
    // The end before a first return may be gone with its hour of the journal.
    if (cause === 'restored') away = Math.max(0, away - 1);
    else if (endsCounted(change)) away++;
  }
  return away > 0 || !isKnown;
}

/** Of several copies that are away the one that left last; undefined where the journal does not tell. */
export function lastAway<Kept extends Copy>(changes: readonly Change[], copies: readonly Kept[]): Kept | undefined {
  for (const change of changes.toReversed()) {
    const left = imageLeft(change);
    if (!left || !endsCounted(change)) continue;
    const bundle = readMark(change.record.old)?.leaving;
    const hash = imageHash(left);
    // What expired before its collection left has no mark; its copy is what the journal had.
    const last =
      copies.find((copy) => copy.bundle === bundle) ?? copies.find(({ attributes }) => imageHash(attributes) === hash);
    if (last) return last;
  }
  return undefined;
}
