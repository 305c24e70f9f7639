import type { Clock } from '../../shared/ports/clock.ts';

const TIMES_ITS_READING = 10;

/** What was read, and when: epoch milliseconds. */
export interface Told<Result> {
  readonly at: number;
  readonly result: Result;
}

/**
 * What takes long to read, for all who ask: read at most every so often, and never for more than a tenth of the time.
 * States: nothing -> reading -> read (fresh) -> read (old) -> reading. Who asks while it is read waits for that reading.
 */
export class SharedReading<Result> {
  readonly #read: () => Promise<Result>;
  readonly #leastMs: number;
  readonly #clock: Clock;
  #last: (Told<Result> & { readonly freshMs: number }) | undefined;
  #reading: Promise<Told<Result>> | undefined;

  /** @param leastMs how long what was read is told, at least */
  constructor(read: () => Promise<Result>, leastMs: number, clock: Clock) {
    this.#read = read;
    this.#leastMs = leastMs;
    this.#clock = clock;
  }

  async told(): Promise<Told<Result>> {
    if (this.#last && this.#clock.now() - this.#last.at <= this.#last.freshMs) return this.#last;
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readNow(): Promise<Told<Result>> {
    const began = this.#clock.now();
    const result = await this.#read();
    const at = this.#clock.now();
    this.#last = { at, result, freshMs: Math.max(this.#leastMs, TIMES_ITS_READING * (at - began)) };
    return this.#last;
  }
}
