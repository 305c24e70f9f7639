import { startOfHour } from '../../shared/model/time.ts';
import type { Change } from '../../shared/stream/change.ts';
import { compareSequence } from '../../shared/stream/sequence.ts';

/** The lines of one object: one batch's of one hour of stream time. */
export interface Hour {
  /** Epoch milliseconds. */
  readonly hour: number;
  /** Least and greatest sequence number: what is redriven comes in the order of its queue. */
  readonly first: string;
  readonly last: string;
  /** Made when they are asked for: while some are compressed, the next ones are written. */
  readonly lines: Iterable<string>;
}

interface Gathered<Entry> {
  readonly entries: Entry[];
  first: string;
  last: string;
}

/** Gathers what belongs into the same object. */
export class Hours<Entry> {
  readonly #hours = new Map<number, Gathered<Entry>>();
  readonly #lineOf: (entry: Entry) => string;

  constructor(lineOf: (entry: Entry) => string) {
    this.#lineOf = lineOf;
  }

  add({ at, position: { sequence } }: Change, ...entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const hour = startOfHour(at);
    const gathered = this.#hours.get(hour) ?? { entries: [], first: sequence, last: sequence };
    gathered.entries.push(...entries);
    if (compareSequence(sequence, gathered.first) < 0) gathered.first = sequence;
    if (compareSequence(sequence, gathered.last) > 0) gathered.last = sequence;
    this.#hours.set(hour, gathered);
  }

  all(): Hour[] {
    return [...this.#hours].map(([hour, { entries, first, last }]) => ({
      hour,
      first,
      last,
      lines: mapped(entries, this.#lineOf),
    }));
  }
}

const mapped = <Entry>(entries: readonly Entry[], lineOf: (entry: Entry) => string): Iterable<string> => ({
  *[Symbol.iterator]() {
    for (const entry of entries) yield lineOf(entry);
  },
});
