import pMap from 'p-map';
import { listSpilled, readSpilled, type Spilled } from '../../shared/archive/spilled.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import type { System } from '../../shared/model/system.ts';
import { endSpill, listSpills, readSpill, type Spill } from '../../shared/state/spill.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import { isAfter } from '../../shared/stream/sequence.ts';
import { comesBefore, type SpillPorts } from './spilling.ts';

const SHARDS_AT_ONCE = 4;

export interface Drainer extends Pick<SpillPorts, 'state' | 'archive' | 'place' | 'ancestry' | 'log'> {
  readonly system: System;
  /** The fan-out that publishes live too: with its gates, its parking and its claims. */
  readonly inner: Processor;
}

/** `out`: the bus is still not to be reached, or a store is not. */
export interface Drained {
  readonly published: number;
  readonly out: boolean;
}

/** A shard with something to drain: by its record, or by what lies there without one. */
type Waiting = Pick<Spill, 'shard' | 'first'>;

/**
 * Publishes what is spilled: a shard in the order of its changes, after those that it came from, several shards at once.
 * Two at a time do no harm: events keep their ids, and each object is removed only once it is published. What the bus
 * refuses for good is parked. A shard whose object is damaged stays as it is, and is told.
 */
export async function drain(drainer: Drainer, signal: AbortSignal): Promise<Drained> {
  const tried = new Set<string>();
  let published = 0;
  let out = false;
  while (!signal.aborted && !out) {
    const ready = (await readyToDrain(drainer)).filter(({ shard }) => !tried.has(shard));
    if (ready.length === 0) break;
    await pMap(
      ready,
      async ({ shard }) => {
        tried.add(shard);
        const drained = await attempt(drainer, shard, signal);
        published += drained.published;
        out ||= drained.out;
      },
      { concurrency: SHARDS_AT_ONCE },
    );
  }
  return { published, out };
}

/** Objects are listed before records are read: of an object that is seen, what lies before it has its record by then. */
async function readyToDrain({ state, archive, place, ancestry }: Drainer): Promise<Waiting[]> {
  const waiting = new Map<string, Waiting>();
  for await (const spilled of listSpilled(archive, place)) {
    const known = waiting.get(spilled.shard);
    if (!known || isAfter(known.first, spilled.first)) waiting.set(spilled.shard, spilled);
  }
  const spills = await listSpills(state);
  for (const spill of spills) waiting.set(spill.shard, spill);
  await ancestry.meet(waiting.keys());
  return [...waiting.values()].filter((one) => !spills.some((spill) => comesBefore(ancestry, spill, one)));
}

async function attempt(drainer: Drainer, shard: string, signal: AbortSignal): Promise<Drained> {
  const progress = { published: 0 };
  try {
    await drainShard(drainer, shard, signal, progress);
    return { ...progress, out: false };
  } catch (error) {
    if (!isAfterwriteError(error)) throw error;
    const { code, message, mend, retry } = error;
    const text = `events still wait in the archive: ${message}; ${mend}`;
    if (retry) drainer.log.warn({ shard, code }, text);
    else drainer.log.error({ shard, code }, text);
    return { ...progress, out: retry };
  }
}

/** The record is read before the objects are listed: where none is left, and the record is as it was, all is published. */
async function drainShard(
  drainer: Drainer,
  shard: string,
  signal: AbortSignal,
  progress: { published: number },
): Promise<void> {
  const { state, archive, place } = drainer;
  while (!signal.aborted) {
    const spill = await readSpill(state, shard);
    let found = false;
    for await (const spilled of listSpilled(archive, place, shard)) {
      if (signal.aborted) return;
      found = true;
      progress.published += await publishSpilled(drainer, spilled);
    }
    if (!found && (!spill || (await endSpill(state, spill)))) return;
  }
}

async function publishSpilled({ system, archive, inner }: Drainer, spilled: Spilled): Promise<number> {
  const changes = await readSpilled(system, archive, spilled);
  if (!changes) return 0;
  await inner.process(changes);
  await archive.remove(spilled.key);
  return changes.length;
}
