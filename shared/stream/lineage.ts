import type { Shard } from '../ports/streamSource.ts';

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
