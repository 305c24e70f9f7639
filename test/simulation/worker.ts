import './syncZlib.ts';
import { sweepExpired } from '../../infra/local/ttlSweeper.ts';
import { archiveProcessor } from '../../processors/archive/handler.ts';
import { type SweepContext, sweep } from '../../processors/archive/sweep.ts';
import { fanoutProcessor } from '../../processors/fanout/handler.ts';
import { statisticsProcessor } from '../../processors/statistics/handler.ts';
import { Activity } from '../../shared/stream/activity.ts';
import { Lineage } from '../../shared/stream/lineage.ts';
import { persist } from '../../shared/stream/persist.ts';
import { runReader } from '../../shared/stream/reader.ts';
import type { ReaderContext } from '../../shared/stream/readerContext.ts';
import { everyLease } from '../support/given/everyLease.ts';
import { memoryStreamSource } from '../support/memory/memoryStreamSource.ts';
import { Crash, type Fate, Lifeline } from './lifeline.ts';
import { below } from './random.ts';
import { redelivering } from './redelivering.ts';
import { sharing, unevenPause } from './sharing.ts';
import type { World } from './world.ts';

const SWEEP_EVERY_MS = 400;
const ONCE = { retries: 0, minTimeout: 0, maxTimeout: 0 };

type Ports = ReturnType<typeof portsOf>;

/** One process with both readers and the sweeper, as `infra/pipeline` wires them, on a lifeline and a clock of its own. */
export class Worker {
  readonly activity = new Activity();
  readonly ended: Promise<void>;
  /** What its own clock is ahead of the world's. */
  skewMs = 0;
  isRunning = true;
  /** Sweeps in a row that found nothing to take out. */
  idleSweeps = 0;
  readonly #stop = new AbortController();
  readonly #lifeline: Lifeline;
  readonly #world: World;
  readonly #fate: Fate;
  readonly #keeper: ReturnType<typeof sharing> | undefined;
  readonly #common: Omit<ReaderContext, 'name' | 'processors' | 'batch' | 'source'>;

  constructor(name: string, world: World, fate: Fate) {
    const never = new AbortController().signal;
    this.#world = world;
    this.#fate = fate;
    this.#lifeline = new Lifeline(fate, {
      note: (text) => world.trace.note(`${name} ${text}`),
      pause: (ms) => world.clock.pause(ms, never),
    });
    const ports = portsOf(world, this.#lifeline);
    const { random, leased } = fate;
    const clock = { now: () => world.clock.now() + this.skewMs };
    const pause = leased ? unevenPause(world.clock.pause, random) : world.clock.pause;
    this.#keeper = leased ? sharing(ports.state, { clock, pause, random, activity: this.activity }) : undefined;
    this.#common = {
      system: world.system,
      state: ports.state,
      pollMs: 100,
      activity: this.activity,
      leases: this.#keeper ?? everyLease(),
      clock,
      pause,
      random,
      log: world.log,
    };
    this.ended = this.#outlive(this.#run(ports));
  }

  /** Believed dead. */
  get hangs(): boolean {
    return this.isRunning && this.#lifeline.hangs;
  }

  stop(): void {
    this.#stop.abort();
  }

  wake(): void {
    this.#lifeline.wake();
  }

  async #run(ports: Ports): Promise<void> {
    const failed = new AbortController();
    const stopped = AbortSignal.any([this.#stop.signal, failed.signal]);
    const parts = [
      runReader(this.#live(ports), stopped),
      runReader(this.#archive(ports), stopped),
      this.#sweep(ports, stopped),
      this.#keeper?.run(stopped) ?? Promise.resolve(),
    ];
    const outcomes = await Promise.allSettled(
      parts.map((part) =>
        part.catch((error: unknown) => {
          failed.abort();
          throw error;
        }),
      ),
    );
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    const real = failures.find((error) => !(error instanceof Crash));
    if (failures.length > 0) throw real ?? failures[0];
  }

  #live({ table, state, bus, source }: Ports): ReaderContext {
    const { system, origin, log } = this.#world;
    const { random } = this.#fate;
    const own = source(random);
    const statistics = statisticsProcessor(system, { table, state, lineage: new Lineage(own), log });
    return {
      ...this.#common,
      name: 'live',
      source: own,
      processors: [redelivering(statistics, random), fanoutProcessor(system, origin, { bus, state, log, retry: ONCE })],
      batch: { changes: 1 + below(random, 8), waitMs: below(random, 300) },
    };
  }

  #archive({ archive, state, source }: Ports): ReaderContext {
    const { random } = this.#fate;
    const processor = archiveProcessor(this.#world.system, this.#world.names, { archive, state });
    return {
      ...this.#common,
      name: 'archive',
      source: source(random),
      processors: [redelivering(processor, random)],
      batch: { changes: 1 + below(random, 16), waitMs: below(random, 600) },
    };
  }

  async #sweep({ table, state, archive }: Ports, stopped: AbortSignal): Promise<void> {
    const { system, names, log } = this.#world;
    const { clock, pause } = this.#common;
    const context: SweepContext = { system, names, table, state, archive, log };
    while (!stopped.aborted) {
      await pause(SWEEP_EVERY_MS, stopped);
      const left = await persist(this.#common, {}, stopped, async () => {
        const swept = await sweep(context, clock.now(), stopped);
        return swept.items + (await sweepExpired(system, table, clock.now()));
      });
      this.idleSweeps = left === 0 ? this.idleSweeps + 1 : 0;
    }
  }

  async #outlive(ended: Promise<void>): Promise<void> {
    try {
      await ended;
    } catch (error) {
      if (!(error instanceof Crash)) this.#world.failures.push(error);
    }
    this.isRunning = false;
  }
}

const portsOf = (world: World, lifeline: Lifeline) => ({
  table: lifeline.table(world.ports.table),
  state: lifeline.state(world.state),
  bus: lifeline.bus(world.bus),
  archive: lifeline.archive(world.archive.store),
  /** Pages of a reader have a size of their own, asked anew for each page. */
  source: (random: Fate['random']) => {
    const pageSize = 1 + below(random, 12);
    return lifeline.source(memoryStreamSource(world.table.stream, () => 1 + below(random, pageSize)));
  },
});
