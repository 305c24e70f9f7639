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

type Counted = Pick<Workplace, 'table' | 'bus' | 'archive'>;

/**
 * The same workplace, counted: `commits` and `conflicts` of aggregates, `events` that the bus took, `archivedBytes` that
 * were written, compressed.
 */
export function countedPlace<Place extends Counted>(place: Place, counts: Counts): Place {
  const { table, bus, archive } = place;
  return {
    ...place,
    table: overlaid(table, {
      replace: async (replacements) => {
        const outcomes = await table.replace(replacements);
        const written = outcomes.filter((outcome) => outcome === 'written').length;
        counts.add('commits', written);
        counts.add('conflicts', outcomes.length - written);
        return outcomes;
      },
    }),
    bus: overlaid(bus, {
      put: async (entries) => {
        const outcomes = await bus.put(entries);
        counts.add('events', outcomes.filter(({ ok }) => ok).length);
        return outcomes;
      },
    }),
    archive: overlaid(archive, {
      putIfAbsent: async (key, body, options) => {
        const outcome = await archive.putIfAbsent(key, body, options);
        if (outcome === 'written') counts.add('archivedBytes', body.byteLength);
        return outcome;
      },
    }),
  };
}

/** A port with some calls in place of its own. No copy: that would lack what a class's prototype has. */
function overlaid<Port extends object>(port: Port, own: Partial<Port>): Port {
  return new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(name in own ? own : target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
