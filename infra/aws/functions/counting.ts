import type { Metrics } from '../../../shared/ports/metrics.ts';
import type { Workplace } from '../../pipeline/workplace.ts';

/** What ports did since it was last told. */
export class Counts {
  #counts = new Map<string, number>();

  add(name: string, n: number): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + n);
  }

  /** Tells all and begins anew. */
  tell(metrics: Metrics, dimensions: Readonly<Record<string, string>>): void {
    for (const [name, n] of this.#counts) metrics.gauge(name, n, dimensions);
    this.#counts = new Map();
  }
}

/**
 * The same workplace, counted: `commits` and `conflicts` of aggregates, `events` that the bus took, `archivedBytes` that
 * were written, compressed.
 */
export function countedPlace(place: Workplace, counts: Counts): Workplace {
  const { table, bus, archive } = place;
  return {
    ...place,
    table: {
      ...table,
      replace: async (replacements) => {
        const outcomes = await table.replace(replacements);
        const written = outcomes.filter((outcome) => outcome === 'written').length;
        counts.add('commits', written);
        counts.add('conflicts', outcomes.length - written);
        return outcomes;
      },
    },
    bus: {
      ...bus,
      put: async (entries) => {
        const outcomes = await bus.put(entries);
        counts.add('events', outcomes.filter(({ ok }) => ok).length);
        return outcomes;
      },
    },
    archive: {
      ...archive,
      putIfAbsent: async (key, body, options) => {
        const outcome = await archive.putIfAbsent(key, body, options);
        if (outcome === 'written') counts.add('archivedBytes', body.byteLength);
        return outcome;
      },
    },
  };
}
