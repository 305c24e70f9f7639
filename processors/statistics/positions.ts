import type { Shard } from '../../shared/ports/streamSource.ts';
import type { Checkpoint } from '../../shared/state/checkpoints.ts';
import type { Change } from '../../shared/stream/change.ts';
import { type ShardTree, shardTree } from '../../shared/stream/lineage.ts';
import { isAfter, lowest } from '../../shared/stream/sequence.ts';

/** Where statistics and the archive stood in the shards of one stream at one moment. */
export interface Positions {
  readonly tree: ShardTree;
  /** What statistics had done of a shard: its last sequence number, or all of it; undefined: nothing. */
  done(shard: string): string | 'all' | undefined;
  /** The position in each shard behind which one of the two has not been: where a window begins. */
  readonly window: ReadonlyMap<string, string | undefined>;
  /** Whether a change lies before the window: the journal has it, and statistics have counted it. */
  isBefore(change: Change): boolean;
}

/** @param shards those that the stream holds, also those that came after the checkpoints were read */
export function positionsOf(stream: string, shards: readonly Shard[], checkpoints: readonly Checkpoint[]): Positions {
  const of = (processor: string): Map<string, Checkpoint> =>
    new Map(checkpoints.filter((c) => c.processor === processor).map((c) => [c.shard, c]));
  const [statistics, archive] = [of('statistics'), of('archive')];
  const window = new Map<string, string | undefined>();
  for (const { id: shard } of shards) {
    const [a, b] = [statistics.get(shard), archive.get(shard)];
    if (!(a?.finished && b?.finished)) window.set(shard, lower(a, b));
  }
  return {
    tree: shardTree(shards),
    done: (shard) => (statistics.get(shard)?.finished ? 'all' : statistics.get(shard)?.sequence),
    window,
    isBefore: ({ position }) => {
      if (position.stream !== stream || !window.has(position.shard)) return true;
      const from = window.get(position.shard);
      return from !== undefined && !isAfter(position.sequence, from);
    },
  };
}

/** The lower of two positions; a finished shard's checkpoint may hold none, and then bounds nothing. */
function lower(a: Checkpoint | undefined, b: Checkpoint | undefined): string | undefined {
  const open = [a, b].filter((one) => !one?.finished);
  if (open.some((one) => one?.sequence === undefined)) return undefined;
  return lowest(open.flatMap((one) => one?.sequence ?? []));
}
