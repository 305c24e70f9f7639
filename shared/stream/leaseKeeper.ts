import { isAfterwriteError } from '../model/errors.ts';
import { type Lease, listLeases, releaseLease, takeLease } from '../state/leases.ts';
import type { Worker } from '../state/workers.ts';
import type { Activity } from './activity.ts';
import { planMoves } from './leaseShares.ts';
import { jobOf, type Leases, type Wanted } from './leases.ts';
import { Membership, type MembershipContext } from './membership.ts';
import { type Persistence, persist } from './persist.ts';
import { settling } from './settling.ts';

export interface LeaseTimes {
  /** How often a worker shows that it is alive, and looks around. */
  readonly renewMs: number;
  /** Who has not shown it for so long is dead. */
  readonly deadMs: number;
}

const TIMES: LeaseTimes = { renewMs: 2_000, deadMs: 8_000 };

export interface LeaseContext extends Persistence, MembershipContext {
  readonly activity: Activity;
  readonly leaseTimes?: LeaseTimes | undefined;
}

interface Job {
  readonly shared: boolean;
  serve(signal: AbortSignal): Promise<void>;
}

interface Held {
  /** The name under which it was taken. */
  readonly owner: string;
  readonly stop: AbortController;
  ended: Promise<void>;
}

/**
 * Takes, renews and hands over the leases of one process.
 *
 * States of a lease: free (no record, or its owner is not among the workers) -> held -> free: released by its owner
 * (done, stopped, or more than its part: after the flush at hand), or stolen when the owner is declared dead.
 * All leases of a process are renewed at once, by the beat of its worker. Whoever is declared dead finds its worker gone,
 * stops what it does and goes on under a new name; what it still writes meanwhile, fences and checkpoints make harmless.
 */
export class LeaseKeeper implements Leases {
  readonly #context: LeaseContext;
  readonly #times: LeaseTimes;
  readonly #membership: Membership;
  readonly #jobs = new Map<string, Job>();
  readonly #held = new Map<string, Held>();
  readonly #listeners = new Map<string, () => void>();
  readonly #settles = settling();
  /** Who waits for the next look. */
  #waiting: (() => void)[] = [];
  #woken = new AbortController();
  #failure: { readonly error: unknown } | undefined;
  #isOver = false;
  /** At the last look: leases of others; whether every job had its worker; and whether all of them are at the end. */
  #elsewhere = '';
  #complete = false;
  #settled = false;

  constructor(context: LeaseContext) {
    this.#context = context;
    this.#times = context.leaseTimes ?? TIMES;
    this.#membership = new Membership(context, this.#times.deadMs);
  }

  /** Whether every shard has its worker, and all other workers are at the end of theirs. */
  settled(): boolean {
    return this.#settled;
  }

  async want(reader: string, { shards, serve, changed }: Wanted): Promise<void> {
    this.#listeners.set(reader, changed);
    const prefix = jobOf(reader, '');
    const wanted = new Map(shards.map((shard) => [jobOf(reader, shard), shard]));
    for (const job of this.#jobs.keys()) if (job.startsWith(prefix) && !wanted.has(job)) this.#jobs.delete(job);
    const fresh = [...wanted].filter(([job]) => !this.#jobs.has(job));
    for (const [job, shard] of fresh) this.#jobs.set(job, { shared: true, serve: (signal) => serve(shard, signal) });
    if (fresh.length > 0) await this.#look();
  }

  /** Does what only one process at a time may do, when it is this one's turn. Undefined: the signal stopped it before. */
  once<Result>(
    job: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result | undefined> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => resolve(undefined);
      if (signal.aborted || this.#isOver) return giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
      const serve = async (lost: AbortSignal): Promise<void> => {
        signal.removeEventListener('abort', giveUp);
        await work(AbortSignal.any([signal, lost])).then(resolve, reject);
      };
      this.#jobs.set(job, { shared: false, serve });
      void this.#look();
    });
  }

  /** Until the signal stops it: then all that is held comes to its end and is released. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted && !this.#failure) {
        this.#woken = new AbortController();
        const waiting = this.#waiting;
        this.#waiting = [];
        await persist(this.#context, { worker: this.#membership.owner }, signal, () => this.#lookAround()).finally(
          () => {
            for (const done of waiting) done();
          },
        );
        await this.#rest(signal);
      }
    } finally {
      await this.#close();
    }
    if (this.#failure) throw this.#failure.error;
    await this.#membership.leave().catch(this.#inPassing);
  }

  async #close(): Promise<void> {
    this.#isOver = true;
    for (const done of this.#waiting) done();
    for (const { stop } of this.#held.values()) stop.abort();
    await Promise.all([...this.#held.values()].map(({ ended }) => ended));
  }

  /** Resolves when the keeper has looked around. */
  #look(): Promise<void> {
    this.#settled = false;
    this.#woken.abort();
    return new Promise((resolve) => (this.#isOver ? resolve() : this.#waiting.push(resolve)));
  }

  async #rest(signal: AbortSignal): Promise<void> {
    const { clock, pause } = this.#context;
    const due = clock.now() + this.#times.renewMs;
    const either = AbortSignal.any([signal, this.#woken.signal]);
    while (!either.aborted && clock.now() < due) await pause(due - clock.now(), either);
  }

  /** Leases are read before workers: whose lease is seen had joined by then, and is absent only if it is gone. */
  async #lookAround(): Promise<void> {
    const { state, activity } = this.#context;
    const me = await this.#membership.beat(this.#complete ? activity.quietRounds() : 0);
    const leases = await listLeases(state);
    const others = await this.#membership.othersAlive();
    const names = new Set(others.map(({ owner }) => owner));
    const held = new Map([...this.#held].map(([job, { owner }]) => [job, owner]));
    const moves = planMoves({ owner: me.owner, others: names, leases, jobs: this.#jobs, held });
    for (const job of [...moves.lost, ...moves.surplus]) this.#held.get(job)?.stop.abort();
    for (const { job, from } of moves.take)
      if (await takeLease(state, { job, owner: me.owner }, from)) this.#start(job, me.owner);
    for (const lease of moves.clear) await releaseLease(state, lease);
    const elsewhere = leases.filter(({ owner }) => names.has(owner));
    this.#conclude([me, ...others], elsewhere);
  }

  #conclude(workers: readonly Worker[], elsewhere: readonly Lease[]): void {
    const theirs = new Set(elsewhere.map(({ job }) => job));
    this.#complete = [...this.#jobs].every(([job, { shared }]) => !shared || this.#held.has(job) || theirs.has(job));
    const settles = this.#settles(workers);
    this.#settled = this.#complete && this.#waiting.length === 0 && (workers.length === 1 || settles);
    const before = this.#elsewhere;
    this.#elsewhere = elsewhere.map(({ job, owner }) => `${job} ${owner}`).join('\n');
    if (this.#elsewhere !== before) for (const changed of this.#listeners.values()) changed();
  }

  #start(job: string, owner: string): void {
    const todo = this.#jobs.get(job);
    if (!todo) return;
    const held: Held = { owner, stop: new AbortController(), ended: Promise.resolve() };
    this.#held.set(job, held);
    held.ended = todo
      .serve(held.stop.signal)
      .then(() => this.#end(job, owner, todo))
      .catch((error: unknown) => {
        this.#failure ??= { error };
        this.#woken.abort();
      });
  }

  async #end(job: string, owner: string, done: Job): Promise<void> {
    if (this.#jobs.get(job) === done) this.#jobs.delete(job);
    await releaseLease(this.#context.state, { job, owner }).catch(this.#inPassing);
    this.#held.delete(job);
    if (this.#jobs.has(job)) void this.#look();
  }

  /** What fails in passing at an end mends itself: the next look, or the others, find a lease or a worker of nobody. */
  readonly #inPassing = (error: unknown): void => {
    if (!isAfterwriteError(error) || !error.retry) throw error;
    this.#context.log.warn({ worker: this.#membership.owner, code: error.code }, error.message);
  };
}
