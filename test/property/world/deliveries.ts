import type { Envelope } from '../../../events/envelope.ts';
import { memorySeenStore } from '../../../events/subscriber/memorySeenStore.ts';
import type { Result } from '../../../events/subscriber/result.ts';
import { subscribe } from '../../../events/subscriber/subscribe.ts';
import type { Attempt, SeenStore } from '../../../shared/ports/seenStore.ts';
import { below, chance, pick, type Random, randomFrom } from '../../simulation/random.ts';
import { noteOf, notes } from '../../support/given/envelopes.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

export interface DeliveryPlan {
  readonly seed: number;
  /** Some may be of one change. */
  readonly events: readonly { readonly item: number; readonly sequence: number }[];
  /** Calls of the store, and of the effect's transaction, that go wrong: the first so many have a chance of it. */
  readonly faults: number;
  /** Handlers that throw before their effect: the first so many have a chance of it. */
  readonly failures: number;
  readonly dropStale: boolean;
  /** Whether the effect is written with its mark. */
  readonly inTransaction: boolean;
}

interface Happened {
  /** Numbers of events, in the order of their effects. */
  readonly effects: readonly number[];
  /** Numbers of events that were dropped as stale, each with the effects so far. */
  readonly stale: readonly { readonly n: number; readonly effects: readonly number[] }[];
}

type Fate = 'good' | 'refused' | 'answer lost' | 'dies before' | 'dies after' | 'hangs';

const LEASE = 1_000;
const MOST_AT_ONCE = 4;
const MOST_ROUNDS = 2_000;
/** A try that hangs goes on after others have taken over: only a mark in the effect's own transaction stands that. */
const FATES: readonly Fate[] = ['refused', 'answer lost', 'dies before', 'dies after'];

/** Delivers each event again and again, in any order, to two processes at once and more, until each delivery is over. */
export async function deliverAll(plan: DeliveryPlan): Promise<Happened> {
  const world = new World(plan);
  const envelopes = plan.events.map(({ item, sequence }, n) =>
    noteOf(n, { id: `e${n}`, partitionKey: `item ${item}`, sequence: String(sequence) }),
  );
  let queue = envelopes.flatMap((envelope) => Array<Envelope>(1 + below(world.random, 3)).fill(envelope));
  for (let round = 0; queue.length > 0; round++) {
    if (round > MOST_ROUNDS) throw new Error(`${queue.length} deliveries are never over`);
    const taken = new Set(
      Array.from({ length: 1 + below(world.random, MOST_AT_ONCE) }, () => below(world.random, queue.length)),
    );
    const over = await Promise.all([...taken].map((i) => world.deliver(queue[i] as Envelope)));
    const done = new Set([...taken].filter((_, i) => over[i]));
    queue = queue.filter((_, i) => !done.has(i));
    if (chance(world.random, 0.5)) world.clock.advance(below(world.random, 2 * LEASE));
    await world.wakeSome();
  }
  await world.wakeAll();
  return { effects: world.effects, stale: world.stale };
}

class World {
  readonly random: Random;
  readonly clock = new TurnedClock();
  readonly effects: number[] = [];
  readonly stale: { n: number; effects: number[] }[] = [];
  readonly #plan: DeliveryPlan;
  readonly #seen = memorySeenStore({ clock: this.clock });
  readonly #fates: readonly Fate[];
  #faults: number;
  #failures: number;
  #tries = 0;
  #hanging: (() => void)[] = [];

  constructor(plan: DeliveryPlan) {
    this.#plan = plan;
    this.random = randomFrom(plan.seed);
    this.#faults = plan.faults;
    this.#failures = plan.failures;
    this.#fates = plan.inTransaction ? [...FATES, 'hangs', 'hangs'] : FATES;
  }

  /** False where it is to come again. */
  async deliver(envelope: Envelope): Promise<boolean> {
    let die = (): void => {};
    const died = new Promise<boolean>((resolve) => {
      die = () => resolve(false);
    });
    const subscriber = subscribe(
      notes,
      { Noted: ({ data, once }) => this.#handle(data.n, once, die) },
      {
        seen: this.#faulty(die),
        dropStale: this.#plan.dropStale,
        clock: this.clock,
        leaseMs: LEASE,
        newId: () => `try ${this.#tries++}`,
        log: { info: () => {}, warn: () => {}, error: () => {} },
        onResult: (result) => this.#note(envelope, result),
      },
    );
    const ended = subscriber.handle(envelope).then(
      () => true,
      () => false,
    );
    return Promise.race([ended, died]);
  }

  #note({ data }: Envelope, { outcome }: Result): void {
    if (outcome === 'stale') this.stale.push({ n: (data as { n: number }).n, effects: [...this.effects] });
  }

  async wakeSome(): Promise<void> {
    if (chance(this.random, 0.3)) await this.wakeAll();
  }

  async wakeAll(): Promise<void> {
    while (this.#hanging.length > 0) {
      for (const wake of this.#hanging.splice(0)) wake();
      await settled();
    }
  }

  async #handle(n: number, once: Attempt, die: () => void): Promise<void> {
    await this.#ticks();
    if (this.#failures > 0 && chance(this.random, 0.5)) {
      this.#failures--;
      throw new Error('not now');
    }
    if (!this.#plan.inTransaction) this.effects.push(n);
    else await this.#call(() => this.#seen.commit(once, () => void this.effects.push(n)), die);
    await this.#ticks();
  }

  #faulty(die: () => void): SeenStore {
    const store = this.#seen;
    return {
      begin: (attempt) => this.#call(() => store.begin(attempt), die),
      done: (attempt) => this.#call(() => store.done(attempt), die),
      letGo: (attempt) => this.#call(() => store.letGo(attempt), die),
      enter: (attempt) => this.#call(() => store.enter(attempt), die),
      leave: (attempt, outcome) => this.#call(() => store.leave(attempt, outcome), die),
    };
  }

  async #call<Answer>(call: () => Promise<Answer>, die: () => void): Promise<Answer> {
    await this.#ticks();
    const fate = this.#fate();
    if (fate === 'refused') throw new Error('the store refuses');
    if (fate === 'dies before') return dead(die);
    if (fate === 'hangs') await this.#hang(die);
    const answer = await call();
    if (fate === 'dies after') return dead(die);
    if (fate === 'answer lost') throw new Error('the answer is lost');
    await this.#ticks();
    return answer;
  }

  #fate(): Fate {
    if (this.#faults === 0 || chance(this.random, 0.6)) return 'good';
    this.#faults--;
    return pick(this.random, this.#fates);
  }

  /** To the world it is dead; yet it wakes up, and goes on. */
  #hang(die: () => void): Promise<void> {
    die();
    return new Promise((resolve) => this.#hanging.push(resolve));
  }

  async #ticks(): Promise<void> {
    for (let i = below(this.random, 4); i > 0; i--) await null;
  }
}

function dead<Answer>(die: () => void): Promise<Answer> {
  die();
  return new Promise(() => {});
}

/** Until all that goes on without the world has gone as far as it can. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
