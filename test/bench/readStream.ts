import { systemClock } from '../../shared/ports/clock.ts';
import { realPause } from '../../shared/ports/pause.ts';
import { Activity } from '../../shared/stream/activity.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import { runReader } from '../../shared/stream/reader.ts';
import { everyLease } from '../support/given/everyLease.ts';
import { type BenchStage, LIVE_BATCH, surroundings } from './benchStage.ts';

const POLL_MS = 50;
/** How long nothing must come before the stream counts as read. */
const QUIET_MS = 600;

export interface ReadOptions {
  readonly processor: Processor;
  readonly batch: { readonly changes: number; readonly waitMs: number };
  /** Aborted when enough is read; absent: until the stream is quiet. */
  readonly enough?: AbortSignal;
}

export const LIVE = { changes: LIVE_BATCH, waitMs: 250 };

/** Everything in the stream, also what the processor adds to it, through the one reader there is. */
export async function readStream({ place, source, signal }: BenchStage, options: ReadOptions): Promise<void> {
  const activity = new Activity();
  const quiet = new AbortController();
  const stopped = AbortSignal.any([signal, options.enough ?? quiet.signal]);
  const reading = runReader(
    {
      ...surroundings,
      name: 'bench',
      system: place.system,
      source,
      state: place.state,
      processors: [options.processor],
      batch: options.batch,
      pollMs: POLL_MS,
      leases: everyLease(),
      activity,
      clock: systemClock,
    },
    stopped,
  );
  const watching = options.enough ? undefined : untilQuiet(activity, stopped).then(() => quiet.abort());
  await Promise.race([reading, watching ?? reading]);
  await reading;
}

async function untilQuiet(activity: Activity, signal: AbortSignal): Promise<void> {
  let since: number | undefined;
  while (!signal.aborted) {
    if (activity.idle()) since ??= performance.now();
    else since = undefined;
    if (since !== undefined && performance.now() - since >= QUIET_MS) return;
    await realPause(POLL_MS, signal);
  }
}
