import { deriveEvents } from '../../events/derive.ts';
import { aggregateBefore, decideEffects, groupByAggregate, planReplacement } from '../../processors/statistics/plan.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { whereSound } from '../../shared/model/errors.ts';
import { type Footprint, readUnitsOf, writeUnitsOf } from '../../shared/model/forecast/footprint.ts';
import { isInIndex } from '../../shared/model/indexKeys.ts';
import { type Key, keyId } from '../../shared/model/keys.ts';
import { itemBytes } from '../../shared/model/size.ts';
import type { System } from '../../shared/model/system.ts';
import { type Change, decodeChange, keyOf } from '../../shared/stream/change.ts';
import { shardTree } from '../../shared/stream/lineage.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { settle } from '../../shared/stream/settle.ts';

const SHARD = 'shardId-00000001-00000001';
const TREE = shardTree([{ id: SHARD, parent: undefined }]);

interface Write {
  readonly key: Key;
  readonly old: Attributes | undefined;
  readonly new: Attributes;
}

/**
 * What items bring with them, found by counting them: the same plans as in a reader decide what is written, batch by batch, and what
 * is written comes back as the next batch, until nothing more comes of it. In memory, with an item for each aggregate.
 */
export class Sample {
  /** Items that were given. */
  changes = 0;
  readonly #system: System;
  readonly #items = new Map<string, Attributes>();
  readonly #collections = new Set<string>();
  readonly #sums = {
    bytes: 0,
    leaving: 0,
    aggregates: 0,
    write: 0,
    read: 0,
    index: 0,
    events: 0,
    eventBytes: 0,
    due: 0,
  };
  #sequence = 0;

  constructor(system: System) {
    this.#system = system;
  }

  /** One batch of users' items, as they were written. */
  add(batch: readonly Attributes[]): void {
    const members = new Set(this.#system.retention.flatMap((collection) => collection.members));
    let writes = batch.map((item) => this.#written(keyOf(this.#system.table, item), item));
    this.changes += batch.length;
    for (const { new: item } of writes) this.#sums.bytes += itemBytes(item);
    for (let round = 0; writes.length > 0; round++) {
      const changes = writes.map((write) => this.#changeOf(write));
      for (const change of changes) {
        this.#follow(change);
        if (round === 0 && change.source && !change.source.derived && members.has(change.source)) this.#sums.leaving++;
      }
      writes = this.#aggregatesOf(changes);
    }
  }

  /** Of one change, on average. */
  footprint(): Footprint {
    const { changes } = this;
    const { bytes, leaving, aggregates, write, read, index, events, eventBytes, due } = this.#sums;
    const each = (sum: number): number => (changes === 0 ? 0 : sum / changes);
    return {
      itemBytes: each(bytes),
      aggregates: each(aggregates),
      writeUnits: each(write),
      readUnits: each(read),
      indexUnits: each(index),
      events: each(events),
      eventBytes: events === 0 ? 0 : eventBytes / events,
      due: each(due),
      leaving: each(leaving),
      bundles: each(this.#collections.size),
    };
  }

  #written(key: Key, item: Attributes): Write {
    const old = this.#items.get(keyId(key));
    this.#items.set(keyId(key), item);
    return { key, old, new: item };
  }

  #changeOf({ key, old, new: now }: Write): Change {
    const { partitionKey, sortKey } = this.#system.table;
    const keys = { [partitionKey]: { S: key.pk }, ...(sortKey !== undefined && { [sortKey]: { S: key.sk ?? '' } }) };
    const sequence = String(++this.#sequence).padStart(21, '0');
    const record: StreamRecord = { eventId: sequence, sequence, at: 0, keys, old, new: now, byTtl: false };
    return decodeChange(this.#system, record, 'sample', SHARD);
  }

  /** Events, and when what it belongs to is due. */
  #follow(change: Change): void {
    const origin = { stage: 'sample', table: this.#system.table.name('sample') };
    for (const envelope of whereSound(() => deriveEvents(this.#system, origin, change)) ?? []) {
      this.#sums.events++;
      this.#sums.eventBytes += Buffer.byteLength(JSON.stringify(envelope));
    }
    for (const collection of this.#system.retention) {
      if (collection.of !== change.source) continue;
      if (whereSound(() => (change.new === undefined ? undefined : collection.due(change.new))) === undefined) continue;
      this.#sums.due++;
      this.#collections.add(`${collection.name} ${keyId(change.key)}`);
    }
  }

  #aggregatesOf(changes: readonly Change[]): Write[] {
    const { decided } = settle(changes, new Map(), (change) => decideEffects(this.#system, change));
    return groupByAggregate(decided).flatMap((work) => {
      const stored = this.#items.get(work.id);
      const planned = planReplacement(this.#system.table, work, aggregateBefore(work, stored, 1), TREE);
      this.#sums.read += readUnitsOf(stored ? itemBytes(stored) : 0);
      if (!planned) return [];
      const { item } = planned.replacement;
      this.#sums.aggregates++;
      this.#sums.write += Math.max(stored ? writeUnitsOf(itemBytes(stored)) : 0, writeUnitsOf(itemBytes(item)));
      this.#sums.index += indexUnits(this.#system, stored, item);
      return [this.#written(work.key, item)];
    });
  }
}

/** An entry that moves is deleted and put: each costs. Indexes show whole items. */
function indexUnits({ table }: System, before: Attributes | undefined, after: Attributes): number {
  let units = 0;
  for (const index of table.indexes ?? []) {
    const { partition, sort } = index;
    const entry = (item: Attributes | undefined): string | undefined =>
      item && isInIndex(item, index)
        ? JSON.stringify([item[partition], sort === undefined ? null : item[sort]])
        : undefined;
    const of = (item: Attributes | undefined): number => (item ? writeUnitsOf(itemBytes(item)) : 0);
    const [from, to] = [entry(before), entry(after)];
    if (from !== undefined && to === from) units += Math.max(of(before), of(after));
    else units += (from === undefined ? 0 : of(before)) + (to === undefined ? 0 : of(after));
  }
  return units;
}
