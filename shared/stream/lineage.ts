import { createHash } from 'node:crypto';
import { type Key, keyId } from '../model/keys.ts';
import type { Shard, StreamSource } from '../ports/streamSource.ts';

/**
 * Which shards may be read now: those that are not finished and whose parent is finished or gone from the stream, so
 * that an item's changes are seen in order across a split.
 */
export function readableShards(shards: readonly Shard[], finished: ReadonlySet<string>): Shard[] {
  const held = new Set(shards.map((shard) => shard.id));
  return shards.filter(
    ({ id, parent }) => !finished.has(id) && (parent === undefined || finished.has(parent) || !held.has(parent)),
  );
}

/** Parked changes of an item stand in a queue of their own, which is no shard of the stream. */
const QUEUE = 'parked#';
const QUEUE_DIGITS = 32;
export const isQueue = (shard: string): boolean => shard.startsWith(QUEUE);

export function queueShard(stream: string, key: Key): string {
  const hash = createHash('sha256').update(`${stream} ${keyId(key)}`);
  return `${QUEUE}${hash.digest('hex').slice(0, QUEUE_DIGITS)}`;
}

/** The shards that a stream holds, and who was split off from whom, as they were when somebody looked. */
export interface ShardTree {
  holds(shard: string): boolean;
  /** Whether `shard` came from `ancestor`, directly or over others: all of the ancestor was read before it. */
  descends(shard: string, ancestor: string): boolean;
}

export function shardTree(shards: readonly Shard[]): ShardTree {
  const parents = new Map(shards.map(({ id, parent }) => [id, parent]));
  return {
    holds: (shard) => parents.has(shard),
    descends: (shard, ancestor) => {
      for (let at = parents.get(shard); at !== undefined; at = parents.get(at)) if (at === ancestor) return true;
      return false;
    },
  };
}

/**
 * Follows the shards of a stream. An id that it has not seen is looked for once; one that the stream does not hold then
 * is gone for good, for shards that come later have new ids.
 */
export class Lineage {
  readonly #source: StreamSource;
  readonly #gone = new Set<string>();
  #tree = shardTree([]);

  constructor(source: StreamSource) {
    this.#source = source;
  }

  /** A tree that is new enough to tell about these shards. */
  async covering(shards: Iterable<string>): Promise<ShardTree> {
    const strange = [...shards].filter(
      (shard) => !isQueue(shard) && !this.#tree.holds(shard) && !this.#gone.has(shard),
    );
    if (strange.length === 0) return this.#tree;
    this.#tree = shardTree(await this.#source.shards());
    for (const shard of strange) if (!this.#tree.holds(shard)) this.#gone.add(shard);
    return this.#tree;
  }
}
