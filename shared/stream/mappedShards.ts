import { AfterwriteError, isAfterwriteError } from '../model/errors.ts';
import { HOUR_MS } from '../model/time.ts';
import type { Shard } from '../ports/streamSource.ts';
import { type Checkpoint, loadCheckpoints, saveCheckpoint } from '../state/checkpoints.ts';
import type { Change } from './change.ts';
import { shardTree } from './lineage.ts';
import { CERTAIN_MS, type LossContext, noteLostBeginnings, noteStream, tellOnce } from './losses.ts';
import { lowest } from './sequence.ts';

/** A first batch so old was waited for; one of a shard that was quiet is young, and no sign of a loss. */
const LATE_MS = HOUR_MS;

/**
 * The shards of which an event source mapping has delivered something to this process. States of a shard: strange -> met,
 * for good: its ancestors are noted as finished, for the mapping delivers a child after all of its parent; and what was
 * lost before its first batch is told.
 */
export class MappedShards {
  readonly #met = new Set<string>();

  /** Before each batch. @param checkpoints those of the reader in this shard. Throws EVENT_UNREADABLE (retry) for a shard that is not of the stream. */
  async meet(context: LossContext, first: Change, checkpoints: readonly Checkpoint[]): Promise<void> {
    const { shard } = first.position;
    if (!this.#met.has(shard)) {
      await meetShard(context, first, checkpoints);
      this.#met.add(shard);
    }
    await noteTrimmed(context, shard, checkpoints);
  }
}

async function meetShard(context: LossContext, first: Change, own: readonly Checkpoint[]): Promise<void> {
  const { source, state, clock } = context;
  const { shard } = first.position;
  const shards = await source.shards();
  const met = shards.find(({ id }) => id === shard);
  // A name that the stream does not know would be taken for a shard that is gone, and its fences for done with.
  if (!met)
    throw new AfterwriteError('EVENT_UNREADABLE', `${source.stream} does not list ${shard}, which the event is of`, {
      retry: true,
      mend: 'it is tried again; if it stays so, the event is of another stream, or names shards in another way: report it',
    });
  await noteStream(context, shards);
  if (own.length > 0) return;
  const all = await loadCheckpoints(state, source.stream);
  if (clock.now() - first.at > LATE_MS) await noteLostBeginnings(context, all, shards, [met]);
  await finishAncestors(context, shards, shard, all);
}

async function finishAncestors(
  { source, state, processors }: LossContext,
  shards: readonly Shard[],
  shard: string,
  checkpoints: readonly Checkpoint[],
): Promise<void> {
  const { descends } = shardTree(shards);
  const own = new Set(processors.map(({ name }) => name));
  for (const one of checkpoints)
    if (!one.finished && own.has(one.processor) && descends(shard, one.shard))
      await saveCheckpoint(state, source.stream, { ...one, finished: true }, one.sequence);
}

/** Of what follows on a change that is younger than a day nothing can be gone: the stream is asked about older ones only. */
async function noteTrimmed(context: LossContext, shard: string, checkpoints: readonly Checkpoint[]): Promise<void> {
  const { source, clock, name } = context;
  const after = lowest(checkpoints.flatMap(({ sequence }) => (sequence === undefined ? [] : [sequence])));
  const oldest = Math.min(...checkpoints.map(({ at }) => at ?? Number.POSITIVE_INFINITY));
  if (after === undefined || clock.now() - oldest <= CERTAIN_MS) return;
  try {
    await source.open(shard, after);
  } catch (error) {
    if (!isAfterwriteError(error, 'STREAM_TRIMMED')) throw error;
    await tellOnce(context, { shard, what: `after ${after}#${name}`, reason: error.message });
  }
}
