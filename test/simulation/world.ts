import type { Attributes } from '../../shared/model/attribute.ts';
import { type Key, keyText } from '../../shared/model/keys.ts';
import { namesOf } from '../../shared/model/names.ts';
import { withoutSecrets } from '../../shared/model/secrets.ts';
import type { System } from '../../shared/model/system.ts';
import { type Log, silentLog } from '../../shared/ports/log.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { MemoryArchive } from '../support/memory/memoryArchive.ts';
import { MemoryBus } from '../support/memory/memoryBus.ts';
import { memoryState } from '../support/memory/memoryState.ts';
import { MemoryStream } from '../support/memory/memoryStream.ts';
import { MemoryTable } from '../support/memory/memoryTable.ts';
import { TurnedClock } from '../support/memory/turnedClock.ts';
import type { Fate } from './lifeline.ts';
import type { Random } from './random.ts';
import type { Cast } from './systems/cast.ts';
import type { Trace } from './trace.ts';
import { WatchedArchive } from './watchedArchive.ts';
import { Worker } from './worker.ts';

interface Setting {
  readonly firstSequence: bigint;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly log?: Log;
}

const MOST_TURNS = 3_000;
const QUIET_TURNS = 3;
const IDLE_SWEEPS = 2;
/** A woken process goes on for so many turns before it is stopped. */
const TURNS_OF_THE_WOKEN = 8;

const HOUR_MS = 3_600_000;

/** A table with its stream, state, bus and archive, and the workers that read it: in memory, in a time that is turned. */
export class World {
  cast: Cast;
  system: System;
  readonly names: ReturnType<typeof namesOf>;
  readonly origin: { readonly stage: string; readonly table: string };
  readonly trace: Trace;
  readonly clock: TurnedClock;
  readonly table: MemoryTable;
  readonly state = memoryState();
  readonly bus = new MemoryBus();
  readonly archive = new WatchedArchive(new MemoryArchive(), (image) => this.shown(image));
  readonly log: Log;
  readonly ports: { readonly table: TableStore };
  /** What must never happen, as it was seen. */
  readonly failures: unknown[] = [];
  /** Ids of the stream events of deletes by users, and by the service's TTL. A stream record does not tell. */
  readonly deletedBy = new Map<string, 'user' | 'ttl'>();
  /** Processors that had not done what was trimmed; and whether they could know, by a checkpoint in that shard. */
  readonly trimmed: { readonly processor: 'statistics' | 'fanout' | 'archive'; readonly couldKnow: boolean }[] = [];
  /** Who may write just before a step of the sweeper arrives. */
  meddler: (() => void) | undefined;
  /** How often anything was trimmed, read or not. */
  trims = 0;
  readonly #began: number;
  #workers: Worker[] = [];
  #started = 0;

  constructor(cast: Cast, trace: Trace, { firstSequence, now, log = silentLog }: Setting) {
    this.cast = cast;
    this.log = log;
    this.system = cast.system;
    this.names = namesOf(cast.system, 'test');
    this.origin = { stage: this.names.stage, table: this.names.table };
    this.trace = trace;
    this.#began = now;
    this.clock = new TurnedClock(now);
    this.table = new MemoryTable(cast.system.table, this.clock, new MemoryStream('stream', firstSequence));
    this.ports = { table: this.#watched(this.table) };
  }

  /**
   * Whether a day passed, by anybody's clock (they differ by an hour): then a shard that nobody had come to can't be known to be
   * whole.
   */
  get aDayPassed(): boolean {
    return this.clock.now() - this.#began > 22 * HOUR_MS;
  }

  /** What starts from now on runs another version of the system. */
  deploy(cast: Cast): void {
    this.cast = cast;
    this.system = cast.system;
  }

  /** An image as anybody outside of the table may see it. */
  shown(image: Attributes): Attributes {
    const source = this.system.sourceOf(keyOf(this.system.table, image));
    return withoutSecrets(source?.secrets, image);
  }

  start(fate: Fate): Worker {
    const worker = new Worker(`w${++this.#started}`, this, fate);
    this.#workers.push(worker);
    return worker;
  }

  /** Lets everybody work until all wait, then turns the clock to the next who wakes; so many times. */
  async turn(times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      await everybodyWaits();
      this.clock.advanceToNext();
    }
    await everybodyWaits();
  }

  /** Those that are not believed dead. */
  get working(): Worker[] {
    return this.#workers.filter(({ isRunning, hangs }) => isRunning && !hangs);
  }

  get hanging(): Worker[] {
    return this.#workers.filter(({ hangs }) => hangs);
  }

  async stopAll(): Promise<void> {
    await this.#stop(this.working);
  }

  /** One worker without any fault reads everything to its end; then those that hang wake up, and must change nothing. */
  async readToTheEnd(random: Random): Promise<void> {
    await this.stopAll();
    const worker = this.start({ ...SOUND, random });
    await this.turn(2);
    worker.skewMs = random() < 0.2 ? -3_600_000 : 0;
    await this.#untilQuiet(worker);
    const woken = this.hanging;
    if (woken.length > 0) {
      for (const zombie of woken) zombie.wake();
      await this.turn(TURNS_OF_THE_WOKEN);
      await this.#stop(woken);
      await this.#untilQuiet(worker);
    }
    await this.#stop(this.#workers);
  }

  async #untilQuiet(worker: Worker): Promise<void> {
    worker.idleSweeps = 0;
    for (let quiet = 0, turns = 0; quiet < QUIET_TURNS || worker.idleSweeps < IDLE_SWEEPS; turns++) {
      if (!worker.isRunning) throw new Error(`a sound worker stops: ${String(this.failures[0])}`);
      if (turns > MOST_TURNS) throw new Error('a sound worker does not come to an end');
      await this.turn(1);
      quiet = worker.activity.idle() ? quiet + 1 : 0;
    }
  }

  /** Calls on their way arrive although nobody waits for them any more. */
  async #stop(workers: readonly Worker[]): Promise<void> {
    for (const worker of workers) worker.stop();
    for (let turns = 0; workers.some(({ isRunning, hangs }) => isRunning && !hangs); turns++) {
      if (turns > MOST_TURNS) throw new Error('a worker does not stop');
      await this.turn(1);
    }
    this.#workers = this.#workers.filter(({ isRunning }) => isRunning);
  }

  #mustBeProven(key: Key, bundle: string, image: Attributes | undefined, what: string): void {
    if (!this.archive.proves(bundle, image))
      this.failures.push(`archive: ${keyText(key)} was ${what} before its copy in bundle ${bundle} was proven`);
  }

  /** What is marked, and what leaves by its mark, must be proven in that moment. */
  #watched(table: MemoryTable): TableStore {
    return {
      read: (keys) => table.read(keys),
      replace: (replacements) => table.replace(replacements),
      putIfAbsent: (items) => table.putIfAbsent(items),
      fill: (fillings) => {
        this.meddler?.();
        return table.fill(fillings);
      },
      backfill: (backfillings) => table.backfill(backfillings),
      mark: async (markings) => {
        this.meddler?.();
        const images = markings.map(({ copy }) => table.item(copy.key));
        const marked = await table.mark(markings);
        for (const [i, { copy, leaving }] of markings.entries())
          if (marked[i]) this.#mustBeProven(copy.key, leaving, images[i], 'marked');
        return marked;
      },
      unmark: (keys) => table.unmark(keys),
      removeMarked: async (copies, bundle) => {
        this.meddler?.();
        const images = copies.map(({ key }) => table.item(key));
        const removed = await table.removeMarked(copies, bundle);
        for (const [i, { key }] of copies.entries())
          if (removed[i]) this.#mustBeProven(key, bundle, images[i], 'removed');
        return removed;
      },
      removeExpired: (keys, now) => table.removeExpired(keys, now),
      expired: (now) => table.expired(now),
      partition: (pk) => table.partition(pk),
      scan: () => table.scan(),
      pages: (after) => table.pages(after),
      queryIndex: (index, partition, limit) => table.queryIndex(index, partition, limit),
    };
  }
}

const SOUND = { diesAtCall: undefined, hangsAtCall: undefined, hangsIn: undefined, failing: 0, slow: 0, leased: false };

const everybodyWaits = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
