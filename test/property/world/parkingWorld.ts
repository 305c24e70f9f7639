import { fanoutSteps } from '../../../processors/fanout/handler.ts';
import { statisticsSteps } from '../../../processors/statistics/handler.ts';
import { verify } from '../../../processors/statistics/verify.ts';
import type { Drift } from '../../../shared/model/drift.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import { keyText } from '../../../shared/model/keys.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import type { StreamSource } from '../../../shared/ports/streamSource.ts';
import { readGates } from '../../../shared/state/gates.ts';
import { Lineage } from '../../../shared/stream/lineage.ts';
import type { ParkingSteps } from '../../../shared/stream/parkingProcessor.ts';
import { type WorkedOff, type WorkOffHow, workOff } from '../../../shared/stream/workOff.ts';
import { below } from '../../simulation/random.ts';
import { claimsIn } from '../../support/given/claims.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import type { TurnedClock } from '../../support/memory/turnedClock.ts';
import { Crash, type Fate, Lifeline } from './lifeline.ts';
import { mendable } from './mendable.ts';
import { World } from './world.ts';

const ONCE = { retries: 0, minTimeout: 0, maxTimeout: 0 };
const LONGEST_CALL_MS = 250;

/** As a lifeline, and some calls take so long that others do much meanwhile. */
export class SlowLifeline extends Lifeline {
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

interface Round {
  readonly state: StateStore;
  readonly how: WorkOffHow;
  readonly takeOver: boolean;
  /** Items, by key text; absent: all. */
  readonly only: ReadonlySet<string> | undefined;
}

/** A world whose declaration has a mistake until it is mended, and people who redrive and drop what is parked. */
export class ParkingWorld extends World {
  readonly #declared = mendable();
  isMended = false;
  override readonly system = this.#declared.system;
  readonly outcomes: WorkedOff[] = [];
  /** Items of which changes were dropped from fan-out. */
  readonly dropped = new Set<string>();
  /** Items whose drop did not come to its end, or was taken over by somebody: it may have counted. */
  readonly cutOff = new Set<string>();
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
  workOffAll(how: WorkOffHow, fate: Fate, takeOver: boolean, only?: ReadonlySet<string>): void {
    const lifeline = new SlowLifeline(fate, this.clock);
    const state = lifeline.state(this.state);
    const { read, replace } = this.table;
    const table = lifeline.table({ read: read.bind(this.table), replace: replace.bind(this.table) });
    const bus = lifeline.bus(this.bus);
    const lineage = new Lineage(memoryStreamSource(this.table.stream));
    const work = async (): Promise<void> => {
      const each = { state, how, takeOver, only };
      await this.#each(statisticsSteps(this.system, { table, state, lineage }), each);
      await this.#each(fanoutSteps(this.system, this.origin, { bus, claims: claimsIn(), retry: ONCE }), each);
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

  /** What the product's own verification has against the statistics as they stand. */
  async drifts(): Promise<Drift[]> {
    const { system, table, state } = this;
    const stream = async (): Promise<StreamSource> => memoryStreamSource(table.stream);
    const { drifts } = await verify(
      { system, names: namesOf(system, this.origin.stage), table, state, archive: new MemoryArchive(), stream },
      { clock: systemClock, pause: async () => {}, signal: new AbortController().signal },
    );
    return drifts;
  }

  async #each<Result>(steps: ParkingSteps<Result>, { state, how, takeOver, only }: Round): Promise<void> {
    const by = `person-${this.#people.length}-${steps.name}-${this.outcomes.length}-${this.clock.now()}`;
    for await (const { key, state: gate } of readGates(state, steps.name)) {
      if (gate === 'open' || (only && !only.has(keyText(key)))) continue;
      if (how === 'drop' && steps.name === 'fanout') this.dropped.add(keyText(key));
      const counts = how === 'drop' && steps.name === 'statistics';
      const wasCutOff = this.cutOff.has(keyText(key));
      if (counts) this.cutOff.add(keyText(key));
      const worked = await workOff(steps, { system: this.system, state }, { how, key, by, takeOver });
      this.outcomes.push(worked);
      // One that is refused leaves what an earlier one had counted.
      const isDone = worked.ended === 'opened' || (worked.ended !== 'lost' && !wasCutOff);
      if (counts && isDone) this.cutOff.delete(keyText(key));
    }
  }
}
