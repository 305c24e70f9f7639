import type { Clock } from '../ports/clock.ts';
import type { StateStore } from '../ports/stateStore.ts';
import type { Shard, StreamSource } from '../ports/streamSource.ts';
import { type Checkpoint, loadCheckpoints, saveCheckpoint } from '../state/checkpoints.ts';
import { CERTAIN_MS } from './losses.ts';
import { isAtEnd } from './oldestUnread.ts';

interface Context {
  readonly source: StreamSource;
  readonly state: StateStore;
  readonly clock: Clock;
}

/** When shards were looked at last, and which of them were closed then and not done. */
interface Look {
  readonly at: number;
  readonly undone: readonly string[];
}

/**
 * Notes shards as finished that are closed and done, where event source mappings deliver the stream: they tell of no end, and of a shard
 * without changes of nothing at all. A poller that follows after days would take them for lost, for they are gone from the stream then.
 * To be called again and again, while the stream holds what is new since.
 *
 * A shard that has a child is closed. It is done where nothing lies behind its checkpoint; one that nothing was delivered of, where it is
 * empty, and its parent's end is younger than a day: so nothing of it can be trimmed.
 */
export async function noteEnds({ source, state, clock }: Context, processors: readonly string[]): Promise<void> {
  const [pk, sk] = [`ENDS#${source.stream}`, 'LOOK'];
  const before = (await state.get(pk, sk)) as unknown as Look | undefined;
  const now = clock.now();
  const shards = await source.shards();
  const checkpoints = await loadCheckpoints(state, source.stream);
  const undone = new Set<string>();
  for (const shard of parentsFirst(shards.filter(({ id }) => shards.some(({ parent }) => parent === id)))) {
    // It was open then, or not there yet.
    const openAt = before && !before.undone.includes(shard.id) ? before.at : undefined;
    for (const processor of processors) {
      const own = find(checkpoints, processor, shard.id);
      if (own?.finished) continue;
      const parent = shard.parent === undefined ? undefined : find(checkpoints, processor, shard.parent);
      const isWhole = own?.sequence !== undefined || (parent?.finished && now - (parent.at ?? 0) <= CERTAIN_MS);
      if (!isWhole || !(await isAtEnd(source, shard.id, own?.sequence))) {
        undone.add(shard.id);
        continue;
      }
      const at = Math.max(own?.at ?? parent?.at ?? 0, openAt ?? 0);
      const finished: Checkpoint = { processor, shard: shard.id, sequence: own?.sequence, at, finished: true };
      await saveCheckpoint(state, source.stream, finished, own?.sequence);
      checkpoints.push(finished);
    }
  }
  await state.put([{ pk, sk, at: now, undone: [...undone] }]);
}

/** The newest that is known. */
const find = (checkpoints: readonly Checkpoint[], processor: string, shard: string): Checkpoint | undefined =>
  checkpoints.findLast((one) => one.processor === processor && one.shard === shard);

function parentsFirst(shards: readonly Shard[]): Shard[] {
  const sorted: Shard[] = [];
  const left = new Map(shards.map((shard) => [shard.id, shard]));
  const take = (shard: Shard): void => {
    if (!left.delete(shard.id)) return;
    const parent = shard.parent === undefined ? undefined : left.get(shard.parent);
    if (parent) take(parent);
    sorted.push(shard);
  };
  for (const shard of shards) take(shard);
  return sorted;
}
