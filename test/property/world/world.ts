import { fanoutProcessor } from '../../../processors/fanout/handler.ts';
import { statisticsProcessor } from '../../../processors/statistics/handler.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import type { System } from '../../../shared/model/system.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { Activity } from '../../../shared/stream/activity.ts';
import { Lineage } from '../../../shared/stream/lineage.ts';
import { runReader } from '../../../shared/stream/reader.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { below } from '../../simulation/random.ts';
import { redelivering } from '../../simulation/redelivering.ts';
import { claimsIn } from '../../support/given/claims.ts';
import { everyLease } from '../../support/given/everyLease.ts';
import { MemoryBus } from '../../support/memory/memoryBus.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { MemoryStream } from '../../support/memory/memoryStream.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';
import { Crash, type Fate, Lifeline } from './lifeline.ts';

interface Worker {
  isIdle(): boolean;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  isRunning: boolean;
}

/** A table with its stream, its state and its bus, and the workers that read it: in memory, in a time that is turned. */
export class World {
  readonly system: System = reviewer;
  readonly origin = { stage: 'test', table: 'reviews' };
  readonly clock = new TurnedClock();
  readonly table: MemoryTable;
  readonly state = memoryState();
  readonly bus = new MemoryBus();
  readonly archived = new Map<string, Attributes>();
  readonly failures: unknown[] = [];
  #workers: Worker[] = [];

  constructor(firstSequence?: bigint) {
    this.table = new MemoryTable(reviewer.table, this.clock, new MemoryStream('stream', firstSequence));
  }

  start(fate: Fate): Worker {
    const lifeline = new Lifeline(fate);
    const { random } = fate;
    const [table, state] = [lifeline.table(bound(this.table)), lifeline.state(this.state)];
    const bus = lifeline.bus(this.bus);
    const activity = new Activity();
    const stop = new AbortController();
    const pageSize = 1 + below(random, 12);
    const source = lifeline.source(memoryStreamSource(this.table.stream, () => 1 + below(random, pageSize)));
    const lineage = new Lineage(source);
    const ended = runReader(
      {
        name: 'live',
        system: this.system,
        source,
        state,
        processors: [
          redelivering(statisticsProcessor(this.system, { table, state, lineage, log: silentLog }), random),
          fanoutProcessor(this.system, this.origin, { bus, claims: claimsIn(), state, log: silentLog, retry: ONCE }),
        ],
        batch: { changes: 1 + below(random, 8), waitMs: below(random, 300) },
        pollMs: 100,
        leases: everyLease(),
        activity,
        clock: this.clock,
        pause: this.clock.pause,
        random,
        log: silentLog,
      },
      stop.signal,
    );
    const worker: Worker = {
      isIdle: () => activity.idle(),
      stop,
      isRunning: true,
      ended: this.#outlive(ended, () => worker),
    };
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

  async stopAll(): Promise<void> {
    for (const { stop } of this.#workers) stop.abort();
    await Promise.all(this.#workers.map(({ ended }) => ended));
    this.#workers = [];
  }

  get working(): number {
    return this.#workers.filter(({ isRunning }) => isRunning).length;
  }

  /** One worker without any fault reads everything to its end. */
  async readToTheEnd(random: () => number): Promise<void> {
    await this.stopAll();
    const { isIdle } = this.start({ random, diesAtCall: undefined, failing: 0 });
    for (let quiet = 0, turns = 0; quiet < 4; turns++) {
      if (turns > MOST_TURNS) throw new Error('the reader does not come to an end');
      await this.turn(1);
      quiet = isIdle() ? quiet + 1 : 0;
    }
    await this.stopAll();
  }

  async #outlive(ended: Promise<void>, worker: () => Worker): Promise<void> {
    try {
      await ended;
    } catch (error) {
      if (!(error instanceof Crash)) this.failures.push(error);
    }
    worker().isRunning = false;
  }
}

const ONCE = { retries: 0, minTimeout: 0, maxTimeout: 0 };
const MOST_TURNS = 2000;

const everybodyWaits = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const bound = (table: MemoryTable): Pick<MemoryTable, 'read' | 'replace'> => ({
  read: (keys) => table.read(keys),
  replace: (replacements) => table.replace(replacements),
});
