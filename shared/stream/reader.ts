import type { Shard } from '../ports/streamSource.ts';
import { type Checkpoint, loadCheckpoints } from '../state/checkpoints.ts';
import { readableShards } from './lineage.ts';
import { noteLosses } from './losses.ts';
import { persist } from './persist.ts';
import type { ReaderContext } from './readerContext.ts';
import { ShardReader } from './shardReader.ts';

/** How often shards are looked for while nothing ends: a split shows earlier, for its parent finishes. */
const DISCOVERY_MS = 10_000;

/**
 * One consumer of a stream: finds its shards, parents before children, and reads each with its processors.
 * Resolves when the signal stops it; throws the first error that no retry can mend.
 */
export async function runReader(context: ReaderContext, signal: AbortSignal): Promise<void> {
  const where = { reader: context.name };
  context.activity.follow(context.name);
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  const checkpoints = await persist(context, where, stopped, () =>
    loadCheckpoints(context.state, context.source.stream),
  );
  if (checkpoints === undefined) return;
  const finished = finishedShards(context, checkpoints);
  const discover = discovery(context, checkpoints);
  const running = new Map<string, Promise<void>>();
  let failure: { error: unknown } | undefined;

  const start = (shard: string): Promise<void> => {
    const id = `${context.name}/${shard}`;
    context.activity.follow(id);
    return new ShardReader(context, shard, checkpoints)
      .run(stopped)
      .then((ended) => {
        if (ended) finished.add(shard);
      })
      .catch((error: unknown) => {
        failure ??= { error };
        stop.abort();
      })
      .finally(() => {
        running.delete(shard);
        context.activity.forget(id);
      });
  };

  while (!stopped.aborted) {
    const shards = await persist(context, where, stopped, discover).catch((error: unknown) => {
      failure ??= { error };
      stop.abort();
    });
    if (!shards) break;
    for (const { id } of readableShards(shards, finished)) if (!running.has(id)) running.set(id, start(id));
    context.activity.forget(context.name);
    const woken = new AbortController();
    await Promise.race([...running.values(), context.pause(DISCOVERY_MS, AbortSignal.any([stopped, woken.signal]))]);
    woken.abort();
  }
  await Promise.all(running.values());
  if (failure) throw failure.error;
}

/** Lists the shards; the first time it tells what was lost while nobody read. */
function discovery(context: ReaderContext, checkpoints: readonly Checkpoint[]): () => Promise<Shard[]> {
  let looked = false;
  return async () => {
    const shards = await context.source.shards();
    if (!looked) await noteLosses(context, checkpoints, shards);
    looked = true;
    return shards;
  };
}

/** Shards that every processor of the reader has finished. */
function finishedShards(context: ReaderContext, checkpoints: readonly Checkpoint[]): Set<string> {
  const done = checkpoints.filter((checkpoint) => checkpoint.finished);
  const shards = new Set(done.map(({ shard }) => shard));
  return new Set(
    [...shards].filter((shard) =>
      context.processors.every(({ name }) => done.some((c) => c.shard === shard && c.processor === name)),
    ),
  );
}
