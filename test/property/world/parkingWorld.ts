import { fanoutSteps } from '../../../processors/fanout/handler.ts';
import { statisticsSteps } from '../../../processors/statistics/handler.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import { keyText } from '../../../shared/model/keys.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { readGates } from '../../../shared/state/gates.ts';
import { Lineage } from '../../../shared/stream/lineage.ts';
import type { ParkingSteps } from '../../../shared/stream/parkingProcessor.ts';
import { type WorkedOff, type WorkOffHow, workOff } from '../../../shared/stream/workOff.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import type { TurnedClock } from '../../support/memory/turnedClock.ts';
import { Crash, type Fate, Lifeline } from './lifeline.ts';
import { mendable } from './mendable.ts';
import { below } from './random.ts';
import { World } from './world.ts';

const ONCE = { retries: 0, minTimeout: 0, maxTimeout: 0 };
const LONGEST_CALL_MS = 250;

/** As a lifeline, and some calls take so long that others do much meanwhile. */
class SlowLifeline extends Lifeline {
  readonly #fate: Fate;
  readonly #clock: TurnedClock;

  constructor(fate: Fate, clock: TurnedClock) {
    super(fate);
    this.#fate = fate;
    this.#clock = clock;
  }

  override async call<Result>(act: () => Promise<Result>): Promise<Result> {
    const slow = this.#fate.random() < 0.25;
    if (slow) await this.#clock.pause(below(this.#fate.random, LONGEST_CALL_MS), new AbortController().signal);
    return super.call(act);
  }
}

/** A world whose declaration has a mistake until it is mended, and people who redrive and drop what is parked. */
export class ParkingWorld extends World {
  readonly #declared = mendable();
  isMended = false;
  override readonly system = this.#declared.system;
  readonly outcomes: WorkedOff[] = [];
  /** Items of which changes were dropped from fan-out. */
  readonly dropped = new Set<string>();
  #people: { readonly ended: Promise<void>; isWorking: boolean }[] = [];

  /** A new release: all workers stop, and start with it. */
  async mend(): Promise<void> {
    await this.stopAll();
    await this.peopleDone();
    this.#declared.mend();
    this.isMended = true;
  }

  get people(): number {
    return this.#people.filter(({ isWorking }) => isWorking).length;
  }

  /** Somebody works off all that is parked, and may die at it. */
  workOffAll(how: WorkOffHow, fate: Fate, takeOver: boolean): void {
    const lifeline = new SlowLifeline(fate, this.clock);
    const state = lifeline.state(this.state);
    const { read, replace } = this.table;
    const table = lifeline.table({ read: read.bind(this.table), replace: replace.bind(this.table) });
    const bus = lifeline.bus(this.bus);
    const lineage = new Lineage(memoryStreamSource(this.table.stream));
    const work = async (): Promise<void> => {
      await this.#each(statisticsSteps(this.system, { table, state, lineage }), state, how, takeOver);
      await this.#each(fanoutSteps(this.system, this.origin, { bus, retry: ONCE }), state, how, takeOver);
    };
    const person = {
      isWorking: true,
      ended: work()
        .catch((error: unknown) => {
          if (!(error instanceof Crash) && !(isAfterwriteError(error) && error.retry)) this.failures.push(error);
        })
        .finally(() => {
          person.isWorking = false;
        }),
    };
    this.#people.push(person);
  }

  /** Turns the clock until nobody works on what is parked. */
  async peopleDone(): Promise<void> {
    while (this.people > 0) await this.turn(1);
    this.#people = [];
  }

  async #each<Result>(
    steps: ParkingSteps<Result>,
    state: StateStore,
    how: WorkOffHow,
    takeOver: boolean,
  ): Promise<void> {
    const by = `person-${this.#people.length}-${steps.name}-${this.outcomes.length}-${this.clock.now()}`;
    for await (const { key, state: gate } of readGates(state, steps.name)) {
      if (gate === 'open') continue;
      if (how === 'drop' && steps.name === 'fanout') this.dropped.add(keyText(key));
      this.outcomes.push(await workOff(steps, { system: this.system, state }, { how, key, by, takeOver }));
    }
  }
}
