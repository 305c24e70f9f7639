import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Processes } from '../ports/processes.ts';
import type { StateStore } from '../ports/stateStore.ts';
import { beat, declareDead, join, leave, listWorkers, type Worker } from '../state/workers.ts';
import { Pulse } from './pulse.ts';

export interface MembershipContext {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly processes: Processes;
  /** A name that nobody ever had. */
  readonly newId: () => string;
}

/**
 * This process among the workers of a stage. States: outside -> member, under a name -> (declared dead by others) ->
 * member under a new name -> outside.
 */
export class Membership {
  readonly #context: MembershipContext;
  readonly #pulse: Pulse;
  #owner: string;
  #beat = 0;

  constructor(context: MembershipContext, deadMs: number) {
    this.#context = context;
    this.#pulse = new Pulse(context.clock, deadMs);
    this.#owner = context.newId();
  }

  get owner(): string {
    return this.#owner;
  }

  /** Shows that it is alive. */
  async beat(quiet: number): Promise<Worker> {
    const { state, log, newId } = this.#context;
    const next = this.#record(this.#beat + 1, quiet);
    if (this.#beat > 0 && !(await beat(state, next))) {
      log.warn({ worker: this.#owner }, 'was taken for dead: goes on under a new name');
      this.#owner = newId();
      this.#beat = 0;
    }
    const shown = this.#beat > 0 ? next : this.#record(1, 0);
    // Repeated after a lost answer it is there already, under a name that is nobody else's.
    if (this.#beat === 0) await join(state, shown);
    this.#beat = shown.beat;
    return shown;
  }

  /** The other workers, without those that are found dead now. */
  async othersAlive(): Promise<Worker[]> {
    const { state, processes, log } = this.#context;
    const others = (await listWorkers(state)).filter(({ owner }) => owner !== this.#owner);
    const dead = new Set([...this.#pulse.stopped(others), ...others.filter((worker) => processes.isGone(worker))]);
    const buried = new Set<Worker>();
    for (const worker of dead) {
      if (!(await declareDead(state, worker))) continue;
      buried.add(worker);
      log.info({ worker: worker.owner, process: worker.process }, 'is dead: its leases are free');
    }
    return others.filter((worker) => !buried.has(worker));
  }

  async leave(): Promise<void> {
    if (this.#beat > 0) await leave(this.#context.state, this.#owner);
  }

  #record(count: number, quiet: number): Worker {
    const { process, machine } = this.#context.processes;
    return { owner: this.#owner, process, machine, beat: count, quiet };
  }
}
