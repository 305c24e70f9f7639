import type { Fences } from '../../shared/model/aggregate.ts';
import type { Position } from '../../shared/stream/change.ts';
import type { ShardTree } from '../../shared/stream/lineage.ts';
import { isAfter } from '../../shared/stream/sequence.ts';

/**
 * Whether the fences lie before a position: its shard's own fence does, and no shard that came from it has one, for a
 * child is read only after all of its parent.
 */
export function isAhead({ shard, sequence }: Position, fences: Fences, tree: ShardTree): boolean {
  if (!isAfter(sequence, fences[shard])) return false;
  for (const other in fences) if (tree.descends(other, shard)) return false;
  return true;
}

/**
 * The fences once a position is included. Those of its shard's ancestors go, for its own stands for them; so do those of
 * shards that the stream no longer holds, and of parked queues of which nobody knows any more: nothing can come of them. So
 * there are never more than shards at one time, and queues of the last two days.
 */
export function fencesAt({ shard, sequence }: Position, fences: Fences, tree: ShardTree): Fences {
  const next: Record<string, string> = {};
  for (const id in fences) if (tree.holds(id) && !tree.descends(shard, id)) next[id] = fences[id] as string;
  next[shard] = sequence;
  return next;
}
