import type { Flow, Sample } from './wire.ts';

/** Rates are over so long: the archive writes by batches, and a second alone would jump. */
const OVER_MS = 5_000;
const SAMPLES = 180;
const GAP_MS = 20_000;

export interface Totals {
  readonly user: number;
  readonly derived: number;
  readonly events: number;
}

interface Read {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly totals: Totals;
}

/** Turns totals that only grow into rates, and keeps those of the last minutes. */
export class Gauge {
  readonly #read: Read[] = [];
  readonly #samples: Sample[] = [];

  /** A total that became less is of another count: its rate begins anew. */
  add(at: number, totals: Totals, lagSeconds: number | null): Flow {
    // While nobody watched nothing was read: a rate over that time would tell of no moment.
    if (at - (this.#read[this.#read.length - 1]?.at ?? at) > GAP_MS) {
      this.#read.length = 0;
      this.#samples.length = 0;
    }
    this.#read.push({ at, totals });
    while (this.#read.length > 2 && at - (this.#read[1]?.at ?? at) >= OVER_MS) this.#read.shift();
    const rate = (of: keyof Totals): number => {
      const since = this.#growing(of);
      const seconds = (at - since.at) / 1_000;
      return seconds > 0 ? (totals[of] - since.totals[of]) / seconds : 0;
    };
    const sample = { at, user: rate('user'), derived: rate('derived'), events: rate('events'), lagSeconds };
    this.#samples.push(sample);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    return { ...sample, totals };
  }

  /** The first of those read since which a total only grew. */
  #growing(of: keyof Totals): Read {
    const [newest, ...earlier] = [...this.#read].reverse();
    let first = newest as Read;
    for (const one of earlier) {
      if (one.totals[of] > first.totals[of]) break;
      first = one;
    }
    return first;
  }

  /** Oldest first. */
  get samples(): readonly Sample[] {
    return [...this.#samples];
  }
}
