import type { Clock } from '../ports/clock.ts';
import type { Worker } from '../state/workers.ts';

interface Seen {
  readonly beat: number;
  /** How long it has been seen to stand there, by this process's own clock. */
  readonly stillMs: number;
}

/** Feels the pulse of other workers: dead is whose beat has stood still for so long. */
export class Pulse {
  readonly #clock: Clock;
  readonly #deadMs: number;
  #seen = new Map<string, Seen>();
  #lookedAt = 0;

  constructor(clock: Clock, deadMs: number) {
    this.#clock = clock;
    this.#deadMs = deadMs;
  }

  /** Those whose beat stands still. To be asked every few seconds, with all of the others. */
  stopped(others: readonly Worker[]): Worker[] {
    const now = this.#clock.now();
    // A long time without a look counts in part: this process slept, and the others may have slept with it, as on a laptop.
    const passed = Math.min(now - this.#lookedAt, this.#deadMs / 2);
    const before = this.#seen;
    this.#lookedAt = now;
    this.#seen = new Map(
      others.map(({ owner, beat }) => {
        const seen = before.get(owner);
        return [owner, { beat, stillMs: seen?.beat === beat ? seen.stillMs + passed : 0 }];
      }),
    );
    return others.filter(({ owner }) => (this.#seen.get(owner)?.stillMs ?? 0) >= this.#deadMs);
  }
}
