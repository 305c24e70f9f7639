import type { Attributes } from '../model/attribute.ts';
import { imageHash } from '../model/imageHash.ts';
import { keyId } from '../model/keys.ts';
import type { Names } from '../model/names.ts';
import { withoutSecrets } from '../model/secrets.ts';
import type { System } from '../model/system.ts';
import { HOUR_MS } from '../model/time.ts';
import { type Change, decodeChange, keyOf } from '../stream/change.ts';
import type { StreamRecord } from '../stream/record.ts';
import { readItem } from './history.ts';
import type { JournalLine } from './journalLine.ts';
import { hashOf } from './layout.ts';
import type { Row } from './rows.ts';
import type { Shelf } from './shelf.ts';

/*
 * What was in the table when afterwrite was attached, as lines of the journal. A line says that an item was so before its first
 * change: it stands before all of them, in the first hour of time, whenever the scan met the item. So where a change follows,
 * its old image says better what was before it: the scan may have met a later version.
 */

/** Of a snapshot's line, epoch milliseconds: no change is as old. */
export const SNAPSHOT_AT = 0;
/** No sequence number of a stream is as low. */
const SNAPSHOT_SEQUENCE = '0';
/** Stands where other lines name their shard. */
const SNAPSHOT_SHARD = 'snapshot';

/** An item as a scan met it. The same image has the same id, however often it is met. */
export function snapshotOf(system: System, { table }: Names, item: Attributes): Change {
  const key = keyOf(system.table, item);
  const image = withoutSecrets(system.sourceOf(key)?.secrets, item);
  const { partitionKey, sortKey } = system.table;
  const names = [partitionKey, ...(sortKey === undefined ? [] : [sortKey])];
  const record: StreamRecord = {
    eventId: `snapshot-${hashOf(JSON.stringify([keyId(key), imageHash(image)])).slice(0, 32)}`,
    sequence: SNAPSHOT_SEQUENCE,
    at: SNAPSHOT_AT,
    keys: Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name))),
    old: undefined,
    new: image,
    byTtl: false,
    origin: 'snapshot',
  };
  return decodeChange(system, record, table, SNAPSHOT_SHARD);
}

/**
 * Holds the beginning of each item against the change that follows it, while a journal is read: all changes then add up, from
 * nothing. Held in memory is a hash for each item.
 */
export class Beginnings {
  readonly #system: System;
  readonly #shelf: Shelf;
  /** By item: a hash of its image in the snapshot while no change has followed; empty once one has. */
  readonly #known = new Map<string, string>();

  constructor(system: System, shelf: Shelf) {
    this.#system = system;
    this.#shelf = shelf;
  }

  /** What counts now that this row is read, in order. @param change of the row */
  async changes({ item }: Row, change: Change): Promise<Change[]> {
    const known = this.#known.get(item);
    const { old, new: image, origin } = change.record;
    if (origin === 'snapshot') {
      // Two images of one item: it was written between two attempts, and that change follows.
      if (known !== undefined || image === undefined) return [];
      this.#known.set(item, imageHash(image));
      return [change];
    }
    this.#known.set(item, CHANGED);
    if (known === CHANGED || (known !== undefined && old !== undefined && imageHash(old) === known)) return [change];
    const takenBack = known === undefined ? [] : await this.#takenBack(item, known);
    return [...takenBack, ...this.#beginning(change), change];
  }

  /** The snapshot's image was of a later version. */
  async #takenBack(item: string, hash: string): Promise<Change[]> {
    const rows = await readItem(this.#shelf, item, { until: SNAPSHOT_AT + HOUR_MS });
    const lines = rows.map(({ value }) => value as JournalLine);
    const line = lines.find(({ origin, new: image }) => origin && image && imageHash(image) === hash);
    if (!line) return [];
    const { stream, shard, new: image, ...record } = line;
    return [decodeChange(this.#system, { ...record, old: image, new: undefined }, stream, shard)];
  }

  /** What it was before its first change: the scan did not come to it before that. */
  #beginning({ record, position: { stream } }: Change): Change[] {
    if (record.old === undefined) return [];
    const before: StreamRecord = { ...record, old: undefined, new: record.old, byTtl: false, origin: 'snapshot' };
    return [decodeChange(this.#system, { ...before, sequence: SNAPSHOT_SEQUENCE }, stream, SNAPSHOT_SHARD)];
  }
}

const CHANGED = '';
