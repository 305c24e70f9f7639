import { randomUUID } from 'node:crypto';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { System } from '../../../shared/model/system.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import type { Metrics } from '../../../shared/ports/metrics.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import type { StreamSource } from '../../../shared/ports/streamSource.ts';
import { Activity } from '../../../shared/stream/activity.ts';
import { LeaseKeeper } from '../../../shared/stream/leaseKeeper.ts';
import type { Processor } from '../../../shared/stream/processor.ts';
import { runReader } from '../../../shared/stream/reader.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import type { TurnedClock } from '../memory/turnedClock.ts';
import { everyLease } from './everyLease.ts';

interface Given {
  /** Absent: the reviewer. */
  readonly system?: System;
  readonly source: StreamSource;
  readonly state: StateStore;
  readonly processors: readonly Processor[];
  readonly clock: TurnedClock;
  readonly batch?: number;
  readonly metrics?: Metrics;
}

const MOST_TURNS = 500;

const contextOf = (
  { system = reviewer, source, state, processors, clock, batch = 100, metrics }: Given,
  activity: Activity,
) => ({
  name: 'live',
  system,
  source,
  state,
  processors,
  batch: { changes: batch, waitMs: 0 },
  pollMs: 100,
  activity,
  clock,
  metrics,
  pause: clock.pause,
  random: () => 0.5,
  log: silentLog,
});

/** Runs a reader until it has come to the end of all shards, and stops it. Throws what stopped it before. */
export async function readToTheEnd(given: Given): Promise<void> {
  const activity = new Activity();
  const stop = new AbortController();
  let ended = false;
  const reading = runReader({ ...contextOf(given, activity), leases: everyLease() }, stop.signal).finally(() => {
    ended = true;
  });
  reading.catch(() => {});
  for (let quiet = 0, turns = 0; quiet < 3 && !ended; turns++) {
    if (turns > MOST_TURNS) throw new Error('the reader does not come to an end');
    await new Promise((resolve) => setImmediate(resolve));
    given.clock.advanceToNext();
    quiet = activity.idle() ? quiet + 1 : 0;
  }
  stop.abort();
  await reading;
}

/** Runs a reader that shares the shards with others by leases. */
export async function readBeside(given: Given, signal: AbortSignal): Promise<void> {
  const context = contextOf(given, new Activity());
  const processes = { process: 'p', machine: undefined, isGone: () => false };
  const leases = new LeaseKeeper({ ...context, processes, newId: randomUUID });
  await Promise.all([leases.run(signal), runReader({ ...context, leases }, signal)]);
}

export interface Recorder extends Processor {
  readonly seen: string[];
}

/** A processor that notes the sequence numbers that it was given. @param fails is asked before each batch. */
export function recorder(name: string, fails: (batch: number) => Error | undefined = () => undefined): Recorder {
  const seen: string[] = [];
  let batches = 0;
  return {
    name,
    seen,
    async process(changes) {
      const error = fails(batches++);
      if (error) throw error;
      seen.push(...changes.map(({ position }) => position.sequence));
    },
  };
}

export const passing = (): AfterwriteError => new AfterwriteError('THROTTLED', 'later', { retry: true, mend: 'x' });
