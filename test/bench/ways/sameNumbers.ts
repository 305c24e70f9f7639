import type { Attributes } from '../../../shared/model/attribute.ts';
import { keyId } from '../../../shared/model/keys.ts';
import { aggregateFromAttributes } from '../../../shared/model/storedAggregate.ts';
import type { System } from '../../../shared/model/system.ts';
import { keyOf } from '../../../shared/stream/change.ts';
import { counterName } from './counters.ts';

type Numbers = Map<string, Record<string, number>>;

/** The counters that a plain way left in its table, by aggregate. */
export function plainNumbers(system: System, items: readonly Attributes[]): Numbers {
  const { partitionKey, sortKey } = system.table;
  return new Map(
    items.flatMap((item) => {
      const key = keyOf(system.table, item);
      if (!system.sourceOf(key)?.derived) return [];
      const counters = Object.entries(item).flatMap(([name, value]) =>
        name === partitionKey || name === sortKey || !('N' in value) ? [] : [[name, Number(value.N)] as const],
      );
      return [[keyId(key), Object.fromEntries(counters)]];
    }),
  );
}

/** The same counters out of afterwrite's aggregates. */
export function ownNumbers(system: System, items: readonly Attributes[]): Numbers {
  return new Map(
    items.flatMap((item) => {
      const key = keyOf(system.table, item);
      const source = system.sourceOf(key);
      if (!source?.derived) return [];
      const { state } = aggregateFromAttributes(source, key, item);
      const counters = Object.entries(state).flatMap(([name, value]): [string, number][] =>
        typeof value === 'object' && value !== null
          ? Object.entries(value).map(([label, n]) => [counterName(name, label), Number(n)])
          : [[name, Number(value)]],
      );
      return [[keyId(key), Object.fromEntries(counters.filter(([, n]) => n !== 0))]];
    }),
  );
}

/** A way that is fast and wrong has no place in the table. Throws where two ways do not agree. */
export function checkSameNumbers(way: string, numbers: Numbers, expected: Numbers): void {
  if (numbers.size !== expected.size)
    throw new Error(`${way} keeps ${numbers.size} aggregates, afterwrite ${expected.size}`);
  for (const [id, counters] of expected) {
    const others = numbers.get(id) ?? {};
    const names = new Set([...Object.keys(counters), ...Object.keys(others)]);
    for (const name of names)
      if ((others[name] ?? 0) !== (counters[name] ?? 0))
        throw new Error(`${way} has ${others[name]} for ${name} of ${id}, afterwrite ${counters[name]}`);
  }
}
