import './syncZlib.ts';
import { eventShelf } from '../../events/archived.ts';
import { sweepExpired } from '../../infra/local/ttlSweeper.ts';
import { compact } from '../../processors/archive/compact.ts';
import { archiveProcessor } from '../../processors/archive/handler.ts';
import { settleGroups } from '../../processors/archive/lingering.ts';
import { type SweepContext, sweep } from '../../processors/archive/sweep.ts';
import { type Drainer, drain } from '../../processors/fanout/drain.ts';
import { asksForEvents, fanoutProcessor } from '../../processors/fanout/handler.ts';
import { spillingProcessor } from '../../processors/fanout/spilling.ts';
import { statisticsProcessor } from '../../processors/statistics/handler.ts';
import { journalShelf } from '../../shared/archive/shelf.ts';
import { spillPlace } from '../../shared/archive/spilled.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import { listSpills } from '../../shared/state/spill.ts';
import { Activity } from '../../shared/stream/activity.ts';
import { Ancestry } from '../../shared/stream/ancestry.ts';
import { Lineage } from '../../shared/stream/lineage.ts';
import { persist } from '../../shared/stream/persist.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import { runReader } from '../../shared/stream/reader.ts';
import type { ReaderContext } from '../../shared/stream/readerContext.ts';
import { claimsIn } from '../support/given/claims.ts';
import { everyLease } from '../support/given/everyLease.ts';
import { memoryStreamSource } from '../support/memory/memoryStreamSource.ts';
import { Crash, type Fate, Lifeline } from './lifeline.ts';
import { below, chance } from './random.ts';
import { redelivering } from './redelivering.ts';
import { sharing, unevenPause } from './sharing.ts';
import type { World } from './world.ts';

const SWEEP_EVERY_MS = 400;
/** How often a sweep compacts too; what it makes are segments of a few lines. */
const COMPACTS = 0.2;
const SMALL = { segmentBytes: 4_000, patienceMs: 3_600_000 };
const ONCE = { retries: 0, minTimeout: 0, maxTimeout: 0 };

type Ports = ReturnType<typeof portsOf>;

/** One process with both readers, the sweeper and the drainer, as `infra/pipeline` wires them, on a lifeline and a clock of its own. */
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

  #live({ table, state, source, ...ports }: Ports): ReaderContext {
    const { system, log } = this.#world;
    const { random } = this.#fate;
    const own = source(random);
    const statistics = statisticsProcessor(system, { table, state, lineage: new Lineage(own), log });
    return {
      ...this.#common,
      name: 'live',
      source: own,
      processors: [
        redelivering(statistics, random),
        redelivering(this.#fanout({ table, state, source, ...ports }).live, random),
      ],
      batch: { changes: 1 + below(random, 8), waitMs: below(random, 300) },
    };
  }

  /** As live readers publish, and as what they spill is published: two processes may drain at once here. */
  #fanout({ archive, bus, state, source }: Ports): { live: Processor; drainer: Drainer } {
    const { system, names, origin } = this.#world;
    const { random } = this.#fate;
    const claims = claimsIn(archive);
    const inner = fanoutProcessor(system, origin, { bus, claims, state, log: this.#world.log, retry: ONCE });
    const ancestry = new Ancestry(source(random));
    const spill = { state, archive, place: spillPlace(system, names), ancestry, log: this.#world.log };
    const { clock } = this.#common;
    const own = { ...spill, clock, newId: () => String(random()) };
    const live = spillingProcessor(inner, asksForEvents(system, origin, claims), own);
    return { live, drainer: { ...spill, system, inner } };
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

  async #sweep(ports: Ports, stopped: AbortSignal): Promise<void> {
    const { table, state, archive } = ports;
    const { system, names, log } = this.#world;
    const { clock, pause } = this.#common;
    const { random } = this.#fate;
    const { drainer } = this.#fanout(ports);
    const context: SweepContext = { system, names, table, state, archive, log };
    while (!stopped.aborted) {
      await pause(SWEEP_EVERY_MS, stopped);
      const left = await persist(this.#common, {}, stopped, async () => {
        const { published } = await drain(drainer, stopped);
        const swept = await sweep(context, clock.now(), stopped);
        const ofGroups = { ...context, stream: async () => ports.source(random) };
        const groups = await settleGroups(ofGroups, clock.now(), stopped);
        const expired = await sweepExpired(system, table, clock.now());
        if (chance(this.#fate.random, COMPACTS)) await this.#compact(archive);
        return (
          published +
          (await listSpills(state)).length +
          swept.items +
          swept.passed +
          swept.waiting +
          groups.settled +
          groups.waiting +
          expired
        );
      });
      this.idleSweeps = left === 0 ? this.idleSweeps + 1 : 0;
    }
  }

  async #compact(archive: ArchiveStore): Promise<void> {
    const { system, names } = this.#world;
    const options = { ...SMALL, now: this.#common.clock.now() };
    await compact(journalShelf(system, names, archive), options);
    await compact(eventShelf(system, names, archive), options);
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
