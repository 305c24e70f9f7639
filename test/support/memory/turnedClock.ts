import type { Clock } from '../../../shared/ports/clock.ts';
import type { Pause } from '../../../shared/ports/pause.ts';

interface Sleeper {
  readonly until: number;
  wake(): void;
}

/** A clock that stands still until it is turned, and the pauses that wait for it. */
export class TurnedClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(now = Date.parse('2026-02-01T10:00:00.000Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const sleeper of this.#sleepers) if (sleeper.until <= this.#now) sleeper.wake();
  }

  /** To the moment at which the next sleeper wakes; false where nobody sleeps. */
  advanceToNext(): boolean {
    const next = Math.min(...[...this.#sleepers].map(({ until }) => until));
    if (!Number.isFinite(next)) return false;
    this.advance(Math.max(0, next - this.#now));
    return true;
  }

  readonly pause: Pause = (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { until: this.#now + ms, wake };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', wake, { once: true });
    });
}
