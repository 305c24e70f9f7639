import { type Checkpoint, forgetFinished, loadCheckpoints, loadShardCheckpoints } from '../state/checkpoints.ts';
import { readableShards } from './lineage.ts';
import { noteLosses, noteLostBeginnings } from './losses.ts';
import { persist } from './persist.ts';
import type { ReaderContext } from './readerContext.ts';
import { ShardReader } from './shardReader.ts';

/** How often shards are looked for while nothing ends: a split shows earlier, for its parent finishes. */
const DISCOVERY_MS = 10_000;

/**
 * One consumer of a stream: finds its shards, parents before children, and reads with its processors those whose lease
 * this process gets. Resolves when the signal stops it; throws the first error that no retry can mend.
 */
export async function runReader(context: ReaderContext, signal: AbortSignal): Promise<void> {
  const { name, activity, leases, pause } = context;
  activity.follow(name);
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  const discover = discovery(context);
  const running = new Set<Promise<void>>();
  let woken = new AbortController();
  let failure: { error: unknown } | undefined;

  const fail = (error: unknown): undefined => {
    failure ??= { error };
    stop.abort();
  };
  const changed = (): void => woken.abort();
  const serve = async (shard: string, left: AbortSignal): Promise<void> => {
    const reading = readShard(context, shard, AbortSignal.any([stopped, left])).catch(fail);
    running.add(reading);
    await reading;
    running.delete(reading);
    changed();
  };

  while (!stopped.aborted) {
    woken = new AbortController();
    const shards = await persist(context, { reader: name }, stopped, discover).catch(fail);
    if (!shards) break;
    await leases.want(name, { shards, serve, changed });
    activity.forget(name);
    await pause(DISCOVERY_MS, AbortSignal.any([stopped, woken.signal]));
  }
  await Promise.all(running);
  if (failure) throw failure.error;
}

/** From the checkpoints as they are now: whoever had the lease before has moved them. */
async function readShard(context: ReaderContext, shard: string, signal: AbortSignal): Promise<void> {
  const { activity, name, processors, source, state } = context;
  const id = `${name}/${shard}`;
  const names = processors.map((processor) => processor.name);
  activity.follow(id);
  try {
    const checkpoints = await persist(context, { reader: name, shard }, signal, () =>
      loadShardCheckpoints(state, source.stream, shard, names),
    );
    if (checkpoints === undefined || finishedShards(context, checkpoints).has(shard)) return;
    await new ShardReader(context, shard, checkpoints).run(signal);
  } finally {
    activity.forget(id);
  }
}

/** Which shards may be read, by what all workers have finished; it tells what was lost while nobody read. */
function discovery(context: ReaderContext): () => Promise<string[]> {
  const { source, state, clock } = context;
  let looked = false;
  const seen = new Set<string>();
  return async () => {
    const checkpoints = await loadCheckpoints(state, source.stream);
    const shards = await source.shards();
    if (!looked) await noteLosses(context, checkpoints, shards);
    looked = true;
    // A child that nobody came to yet is judged by what is known of its parent, gone or not.
    const needed = new Set(shards.flatMap(({ id, parent }) => (parent === undefined ? [id] : [id, parent])));
    await forgetFinished(state, source.stream, checkpoints, (shard) => needed.has(shard), clock.now());
    const readable = readableShards(shards, finishedShards(context, checkpoints));
    const fresh = readable.filter(({ id }) => !seen.has(id));
    await noteLostBeginnings(context, checkpoints, shards, fresh);
    for (const { id } of fresh) seen.add(id);
    return readable.map(({ id }) => id);
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
