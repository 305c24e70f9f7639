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

/** One listing may be older than what was seen elsewhere: an id is gone when so many have not shown it. */
const LISTINGS = 5;

/**
 * Follows the shards of a stream. States of an id: strange -> held (a listing shows it), or missing (the last listings did
 * not; it counts as held, so that nothing is pruned by mistake) -> gone for good, for shards that come later have new ids.
 */
export class Lineage {
  readonly #source: StreamSource;
  /** Id to how many listings did not show it. */
  readonly #missing = new Map<string, number>();
  #tree = shardTree([]);

  constructor(source: StreamSource) {
    this.#source = source;
  }

  /** A tree that is new enough to tell about these shards. */
  async covering(shards: Iterable<string>): Promise<ShardTree> {
    const strange = new Set([...shards].filter((shard) => !isQueue(shard) && !this.#tree.holds(shard)));
    const asked = [...strange].filter((shard) => !this.#isGone(shard));
    if (asked.length > 0) {
      this.#tree = shardTree(await this.#source.shards());
      for (const shard of asked)
        if (!this.#tree.holds(shard)) this.#missing.set(shard, (this.#missing.get(shard) ?? 0) + 1);
    }
    const { holds, descends } = this.#tree;
    return { descends, holds: (shard) => holds(shard) || (strange.has(shard) && !this.#isGone(shard)) };
  }

  #isGone(shard: string): boolean {
    return (this.#missing.get(shard) ?? 0) >= LISTINGS;
  }
}
