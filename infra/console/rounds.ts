import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { Pause } from '../../shared/ports/pause.ts';
import { problemOf } from './answers.ts';
import type { Hub } from './hub.ts';

interface Ports {
  readonly clock: Clock;
  readonly pause: Pause;
  readonly log: Log;
}

/** What is read again and again, and told to the pages. */
export interface Round {
  readonly everyMs: number;
  run(): Promise<void>;
}

/** Runs what the console reads for all pages together; while nobody watches, nothing. */
export class Rounds {
  readonly #ports: Ports;
  readonly #hub: Hub;
  /** Rounds that failed the last time. */
  readonly #troubled = new Set<Round>();

  constructor(ports: Ports, hub: Hub) {
    this.#ports = ports;
    this.#hub = hub;
  }

  /** Until the signal stops it. */
  async run(rounds: readonly Round[], signal: AbortSignal): Promise<void> {
    await Promise.all(rounds.map((round) => this.#again(round, signal)));
  }

  async #again(round: Round, signal: AbortSignal): Promise<void> {
    const { pause, clock } = this.#ports;
    while (!signal.aborted) {
      const began = clock.now();
      if (this.#hub.watchers > 0) await this.#tried(round);
      // A store that is slow is not asked more often for it.
      await pause(Math.max(round.everyMs, clock.now() - began), signal);
    }
  }

  /** A round that fails is told to the pages, and the next one tries again. */
  async #tried(round: Round): Promise<void> {
    try {
      await round.run();
      if (this.#troubled.delete(round) && this.#troubled.size === 0) this.#hub.tell('trouble', null);
    } catch (error) {
      const problem = problemOf(error);
      this.#troubled.add(round);
      this.#hub.tell('trouble', problem);
      this.#ports.log.warn({ code: problem.code }, `the console can't read: ${problem.message}; ${problem.mend}`);
    }
  }
}
