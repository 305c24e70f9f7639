import { createHash } from 'node:crypto';
import type { StreamRecord } from '../../../shared/stream/record.ts';

/** One shard: the keys whose hash lies in [low, high), in order. */
export interface MemoryShard {
  readonly id: string;
  readonly parent: string | undefined;
  readonly low: number;
  readonly high: number;
  readonly records: StreamRecord[];
  closed: boolean;
  /** So many of its first records are gone. */
  trimmed: number;
}

/** As in DynamoDB, sequence numbers have no fixed length: this one is soon followed by longer ones. */
const FIRST_SEQUENCE = 95n;
const FIRST_SHARD = 'shard-1';

/** A table's stream: one log, cut into shards that can be split and trimmed. */
export class MemoryStream {
  readonly name: string;
  readonly shards: MemoryShard[] = [
    { id: FIRST_SHARD, parent: undefined, low: 0, high: 1, records: [], closed: false, trimmed: 0 },
  ];
  /** Iterators of an earlier epoch have expired. */
  epoch = 0;
  #sequence: bigint;
  readonly #gone: MemoryShard[] = [];

  constructor(name = 'stream', firstSequence = FIRST_SEQUENCE) {
    this.name = name;
    this.#sequence = firstSequence;
  }

  /** @param item what tells the item from others: its changes stay in order. */
  append(item: string, change: Omit<StreamRecord, 'eventId' | 'sequence'>): void {
    const sequence = String(this.#sequence++);
    const place = placeOf(item);
    const shard = this.shards.find(({ closed, low, high }) => !closed && low <= place && place < high);
    shard?.records.push({ eventId: `event-${sequence}`, sequence, ...change });
  }

  /** Every record ever written, oldest first. */
  get records(): StreamRecord[] {
    return [...this.#gone, ...this.shards]
      .flatMap(({ records }) => records)
      .sort((a, b) => (BigInt(a.sequence) < BigInt(b.sequence) ? -1 : 1));
  }

  /** Closes a shard; what comes later goes to its children, one or two. */
  split(id: string, children: 1 | 2 = 2): void {
    const parent = this.shard(id);
    if (parent.closed) return;
    parent.closed = true;
    const width = (parent.high - parent.low) / children;
    for (let i = 0; i < children; i++)
      this.shards.push({
        id: `shard-${this.#gone.length + this.shards.length + 1}`,
        parent: id,
        low: parent.low + i * width,
        high: parent.low + (i + 1) * width,
        records: [],
        closed: false,
        trimmed: 0,
      });
  }

  /** The first records of a shard are gone, as after 24 hours. */
  trim(id: string, records: number): void {
    this.shard(id).trimmed = records;
  }

  /** A closed shard that is older than 24 hours is gone with all of it. */
  drop(id: string): void {
    this.#gone.push(...this.shards.splice(this.shards.indexOf(this.shard(id)), 1));
  }

  shard(id: string): MemoryShard {
    const shard = this.shards.find((candidate) => candidate.id === id);
    if (!shard) throw new Error(`the stream has no ${id}`);
    return shard;
  }
}

const placeOf = (item: string): number => createHash('sha256').update(item).digest().readUInt32BE() / 2 ** 32;
