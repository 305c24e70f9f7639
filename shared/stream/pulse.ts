import type { Clock } from '../ports/clock.ts';
import type { Worker } from '../state/workers.ts';

interface Seen {
  readonly beat: number;
  /** When it was first seen to stand there, by this process's own clock. */
  readonly since: number;
}

/** Feels the pulse of other workers: dead is whose beat has not moved for so long, while this process itself looked. */
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
    // A process that slept has seen nothing: the others may have slept with it, as on a laptop.
    const slept = now - this.#lookedAt > this.#deadMs / 2;
    const before = slept ? new Map<string, Seen>() : this.#seen;
    this.#lookedAt = now;
    this.#seen = new Map(
      others.map(({ owner, beat }) => {
        const seen = before.get(owner);
        return [owner, seen?.beat === beat ? seen : { beat, since: now }];
      }),
    );
    return others.filter(({ owner }) => now - (this.#seen.get(owner)?.since ?? now) >= this.#deadMs);
  }
}
