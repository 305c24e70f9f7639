import { partOf } from '../../shared/archive/layout.ts';
import type { System } from '../../shared/model/system.ts';
import { startOfHour } from '../../shared/model/time.ts';
import type { Change } from '../../shared/stream/change.ts';
import { compareSequence } from '../../shared/stream/sequence.ts';

/** The lines of one object: one batch's of one tenant and one hour of stream time. */
export interface Hour {
  /** As `tenantPart` gives it. */
  readonly tenant: string;
  /** Epoch milliseconds. */
  readonly hour: number;
  /** Least and greatest sequence number: what is redriven comes in the order of its queue. */
  readonly first: string;
  readonly last: string;
  /** Made when they are asked for: while some are compressed, the next ones are written. */
  readonly lines: Iterable<string>;
}

interface Gathered<Entry> extends Pick<Hour, 'tenant' | 'hour'> {
  readonly entries: Entry[];
  first: string;
  last: string;
}

/** Gathers what belongs into the same object. */
export class Hours<Entry> {
  /** By tenant and hour. */
  readonly #hours = new Map<string, Gathered<Entry>>();
  readonly #system: Pick<System, 'tenant'>;
  readonly #lineOf: (entry: Entry) => string;

  constructor(system: Pick<System, 'tenant'>, lineOf: (entry: Entry) => string) {
    this.#system = system;
    this.#lineOf = lineOf;
  }

  add({ at, key, position: { sequence } }: Change, ...entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const hour = startOfHour(at);
    const tenant = partOf(this.#system, key);
    const id = `${tenant}/${hour}`;
    const gathered = this.#hours.get(id) ?? { tenant, hour, entries: [], first: sequence, last: sequence };
    gathered.entries.push(...entries);
    if (compareSequence(sequence, gathered.first) < 0) gathered.first = sequence;
    if (compareSequence(sequence, gathered.last) > 0) gathered.last = sequence;
    this.#hours.set(id, gathered);
  }

  all(): Hour[] {
    return [...this.#hours.values()].map(({ entries, ...about }) => ({
      ...about,
      lines: mapped(entries, this.#lineOf),
    }));
  }
}

const mapped = <Entry>(entries: readonly Entry[], lineOf: (entry: Entry) => string): Iterable<string> => ({
  *[Symbol.iterator]() {
    for (const entry of entries) yield lineOf(entry);
  },
});
