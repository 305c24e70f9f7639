import { stageTime } from '../../shared/state/fedClock.ts';
import { listSpills } from '../../shared/state/spill.ts';
import { Activity } from '../../shared/stream/activity.ts';
import { LeaseKeeper } from '../../shared/stream/leaseKeeper.ts';
import { persist } from '../../shared/stream/persist.ts';
import { runReader } from '../../shared/stream/reader.ts';
import { sweepExpired } from '../local/ttlSweeper.ts';
import { runCompactor } from './compacting.ts';
import { noteDeclared } from './declared.ts';
import { runDrainer } from './draining.ts';
import type { PipelineOptions } from './options.ts';
import { POLL_MS, readersOf } from './readers.ts';
import { countUnknownGroups, sweepOnce } from './sweeping.ts';
import type { Workplace } from './workplace.ts';

/** The lease of who takes out what is due. */
const SWEEPER = 'sweeper';

const SWEEP_EVERY_MS = 10_000;
/** Expired items are looked for every so many sweeps. */
const SWEEPS_AN_EXPIRY = 30;
/** A count reads the table and the journal: groups wait for it together. */
const SWEEPS_A_COUNT = 6;
const QUIET_MS = 1_000;

/** The readers, the drainer, the compactor and the sweeper of one system, wired. Several pipelines, in as many processes, share the work by leases. */
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
    await this.#together(signal, async (stopped, leases) => {
      for (let sweeps = 1; !stopped.aborted; sweeps++) {
        await leases.once(SWEEPER, stopped, async (mine) => {
          await this.#persist(mine, () => sweepOnce(this.#place, this.#options, mine));
          if (sweeps % SWEEPS_A_COUNT === 0)
            await this.#persist(mine, () => countUnknownGroups(this.#place, this.#options, mine));
          if (sweeps % SWEEPS_AN_EXPIRY === 0) await this.#persist(mine, () => this.#sweepExpired());
        });
        await pause(SWEEP_EVERY_MS, stopped);
      }
    });
  }

  /**
   * Runs until everything is read, by whichever process, all is published and all that is due has left; or until the signal stops it.
   * It is the sweeper from before the quiet on: else another one could take out the first item after it.
   */
  async runUntilIdle(signal: AbortSignal): Promise<void> {
    const idle = new AbortController();
    await this.#together(AbortSignal.any([signal, idle.signal]), async (working, leases) => {
      while (!working.aborted)
        await leases.once(SWEEPER, working, async (mine) => {
          await this.#quiet(mine, leases);
          const settled = this.#activity.count;
          const done = [
            await this.#persist(mine, () => countUnknownGroups(this.#place, this.#options, mine)),
            await this.#persist(mine, () => sweepOnce(this.#place, this.#options, mine)),
            await this.#persist(mine, () => this.#sweepExpired()),
            await this.#persist(mine, () => this.#spilled()),
          ];
          if (done.every((n) => n === 0) && this.#activity.count === settled && !mine.aborted) idle.abort();
        });
    });
  }

  /** Resolves when all shards have been at their end for a while. */
  async #quiet(signal: AbortSignal, leases: LeaseKeeper): Promise<void> {
    const { clock, pause, quietMs = QUIET_MS, pollMs = POLL_MS } = this.#options;
    let since: number | undefined;
    while (!signal.aborted) {
      if (!this.#activity.idle() || !leases.settled()) since = undefined;
      else since ??= clock.now();
      if (since !== undefined && clock.now() - since >= quietMs) return;
      await pause(Math.min(pollMs, quietMs), signal);
    }
  }

  /** How many shards have events that wait for the bus. */
  async #spilled(): Promise<number> {
    return (await listSpills(this.#place.state)).length;
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
  async #together(
    signal: AbortSignal,
    task: (signal: AbortSignal, leases: LeaseKeeper) => Promise<void>,
  ): Promise<void> {
    const failed = new AbortController();
    const stopped = AbortSignal.any([signal, failed.signal]);
    const { system, state } = this.#place;
    const activity = this.#activity;
    await this.#persist(stopped, () => noteDeclared(system, state, this.#options.log));
    const leases = new LeaseKeeper({ ...this.#options, state, activity });
    const given = await this.#persist(stopped, () => readersOf(this.#place, this.#options, { activity, leases }));
    if (!given) return;
    const readers = given.readers.map((context) => runReader(context, stopped));
    const drainer = runDrainer(given.drainer, this.#options, leases, stopped);
    const compactor = runCompactor(this.#place, this.#options, leases, stopped);
    const outcomes = await Promise.allSettled(
      [leases.run(stopped), ...readers, drainer, compactor, task(stopped, leases)].map((part) =>
        part.catch((error: unknown) => {
          failed.abort();
          throw error;
        }),
      ),
    );
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure) throw failure.reason;
  }
}
