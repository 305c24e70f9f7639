import { archiveProcessor } from '../../processors/archive/handler.ts';
import { sweep } from '../../processors/archive/sweep.ts';
import { fanoutProcessor } from '../../processors/fanout/handler.ts';
import { statisticsProcessor } from '../../processors/statistics/handler.ts';
import { countUnknown } from '../../processors/statistics/rebuild.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Pause } from '../../shared/ports/pause.ts';
import { stageTime } from '../../shared/state/fedClock.ts';
import { Activity } from '../../shared/stream/activity.ts';
import { Lineage } from '../../shared/stream/lineage.ts';
import { persist } from '../../shared/stream/persist.ts';
import { runReader } from '../../shared/stream/reader.ts';
import type { ReaderContext } from '../../shared/stream/readerContext.ts';
import { sweepExpired } from '../local/ttlSweeper.ts';
import type { Workplace } from './workplace.ts';

export interface PipelineOptions {
  readonly clock: Clock;
  readonly pause: Pause;
  readonly random: () => number;
  readonly log: Log;
  /** Sweeps expired items too, where the store does not do it itself. */
  readonly sweepsExpired: boolean;
  /** How long nothing must come before the pipeline counts as idle. */
  readonly quietMs?: number;
  readonly pollMs?: number;
  /** How long the archive collects changes before it writes. */
  readonly archiveWaitMs?: number;
  /** How long statistics and fan-out collect changes: fewer writes for a little delay. */
  readonly liveWaitMs?: number;
}

/** Processors by reader: two readers a stream, never a third. */
export const READERS = { live: ['statistics', 'fanout'], archive: ['archive'] } as const;

const SWEEP_EVERY_MS = 10_000;
/** Expired items are looked for every so many sweeps. */
const SWEEPS_AN_EXPIRY = 30;
const QUIET_MS = 1_000;
const POLL_MS = 200;
const BATCH = 2_000;
const ARCHIVE_BATCH = 4_000;
const ARCHIVE_WAIT_MS = 1_000;
const LIVE_WAIT_MS = 250;

/** The readers and the sweeper of one system, wired. One pipeline a system and stage. */
export class Pipeline {
  readonly #place: Workplace;
  readonly #options: PipelineOptions;
  readonly #activity = new Activity();

  constructor(place: Workplace, options: PipelineOptions) {
    this.#place = place;
    this.#options = options;
  }

  /** Runs until the signal stops it. */
  async run(signal: AbortSignal): Promise<void> {
    const { pause } = this.#options;
    await this.#together(signal, async (stopped) => {
      for (let sweeps = 1; !stopped.aborted; sweeps++) {
        await this.#persist(stopped, () => this.#countUnknown(stopped));
        await this.#persist(stopped, () => this.#sweep(stopped));
        if (sweeps % SWEEPS_AN_EXPIRY === 0) await this.#persist(stopped, () => this.#sweepExpired());
        await pause(SWEEP_EVERY_MS, stopped);
      }
    });
  }

  /** Runs until everything is read and all that is due has left, or until the signal stops it. */
  async runUntilIdle(signal: AbortSignal): Promise<void> {
    const idle = new AbortController();
    await this.#together(AbortSignal.any([signal, idle.signal]), async (working) => {
      while (!working.aborted) {
        await this.#quiet(working);
        const settled = this.#activity.count;
        const counted = await this.#persist(working, () => this.#countUnknown(working));
        const left = await this.#persist(working, () => this.#sweep(working));
        const expired = await this.#persist(working, () => this.#sweepExpired());
        if (counted === 0 && left === 0 && expired === 0 && this.#activity.count === settled) idle.abort();
      }
    });
  }

  /** Resolves when all shards have been at their end for a while. */
  async #quiet(signal: AbortSignal): Promise<void> {
    const { clock, pause, quietMs = QUIET_MS, pollMs = POLL_MS } = this.#options;
    let since: number | undefined;
    while (!signal.aborted) {
      if (!this.#activity.idle()) since = undefined;
      else since ??= clock.now();
      if (since !== undefined && clock.now() - since >= quietMs) return;
      await pause(Math.min(pollMs, quietMs), signal);
    }
  }

  /** How many groups were counted anew, for a measure of theirs was unknown. */
  #countUnknown(signal: AbortSignal): Promise<number> {
    const { pause, log } = this.#options;
    return countUnknown(this.#place, { pause, log, signal });
  }

  /** How many items left the table. */
  async #sweep(signal: AbortSignal): Promise<number> {
    const { system, names, table, state, archive } = this.#place;
    const { now } = await stageTime(state, this.#options.clock);
    const swept = await sweep({ system, names, table, state, archive, log: this.#options.log }, now, signal);
    return swept.items;
  }

  /** How many items expired: found by reading the whole table, where the store does not do it itself. */
  async #sweepExpired(): Promise<number> {
    const { system, table, state } = this.#place;
    if (!this.#options.sweepsExpired) return 0;
    return sweepExpired(system, table, (await stageTime(state, this.#options.clock)).now);
  }

  #persist<Result>(signal: AbortSignal, attempt: () => Promise<Result>): Promise<Result | undefined> {
    return persist(this.#options, { pipeline: this.#place.system.name }, signal, attempt);
  }

  /** The readers beside one more task; the first error stops them all and is thrown. */
  async #together(signal: AbortSignal, task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const failed = new AbortController();
    const stopped = AbortSignal.any([signal, failed.signal]);
    const contexts = await this.#persist(stopped, () => this.#readers());
    if (!contexts) return;
    const parts = [...contexts.map((context) => runReader(context, stopped)), task(stopped)];
    const outcomes = await Promise.allSettled(
      parts.map((part) =>
        part.catch((error: unknown) => {
          failed.abort();
          throw error;
        }),
      ),
    );
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure) throw failure.reason;
  }

  async #readers(): Promise<ReaderContext[]> {
    const { system, names, table, state, archive, bus } = this.#place;
    const { clock, pause, random, log } = this.#options;
    const source = await this.#place.stream();
    await bus.describe();
    const common = {
      system,
      source,
      state,
      activity: this.#activity,
      clock,
      pause,
      random,
      log,
      pollMs: this.#options.pollMs ?? POLL_MS,
    };
    const origin = { stage: names.stage, table: names.table };
    return [
      {
        ...common,
        name: 'live',
        processors: [
          statisticsProcessor(system, { table, state, log, lineage: new Lineage(source) }),
          fanoutProcessor(system, origin, { bus, state, log }),
        ],
        batch: { changes: BATCH, waitMs: this.#options.liveWaitMs ?? LIVE_WAIT_MS },
      },
      {
        ...common,
        name: 'archive',
        processors: [archiveProcessor(system, names, { archive, state })],
        batch: { changes: ARCHIVE_BATCH, waitMs: this.#options.archiveWaitMs ?? ARCHIVE_WAIT_MS },
      },
    ];
  }
}
