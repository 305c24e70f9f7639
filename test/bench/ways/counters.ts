import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { Key } from '../../../shared/model/keys.ts';
import type { Contribution, Statistic } from '../../../shared/model/statistic.ts';
import type { System } from '../../../shared/model/system.ts';

/** One aggregate that an item counts in, its counters as attributes side by side: what ADD needs. */
export interface Touch {
  readonly key: Key;
  readonly counters: Record<string, number>;
}

/**
 * What the plain ways count for a new item. It comes from the same declaration as afterwrite's own work, so that all
 * keep the same aggregates; it skips afterwrite's checks, so that no way pays for them but afterwrite.
 */
export function touchesOf(system: System, key: Key, item: unknown): Touch[] {
  const source = system.sourceOf(key);
  if (!source) return [];
  const touches = new Map<string, Touch>();
  for (const outlet of system.outletsOf(source)) {
    for (const { statistic, key: aggregate, id, inputs } of outlet.shares(item as object)) {
      const touch = touches.get(id) ?? { key: aggregate, counters: {} };
      touches.set(id, touch);
      for (const add of inputs)
        for (const [name, n] of countersOf(statistic, add)) touch.counters[name] = (touch.counters[name] ?? 0) + n;
    }
  }
  return [...touches.values()];
}

function countersOf(statistic: Statistic<unknown>, add: Contribution['add']): [string, number][] {
  return Object.entries(add)
    .flatMap(([name, input]): [string, number][] => {
      const kind = statistic.measures[name]?.kind;
      if (kind === 'histogram' || typeof input === 'string') return [[counterName(name, String(input)), 1]];
      if (typeof input === 'object' && input !== null)
        return Object.entries(input).map(([label, n]) => [counterName(name, label), Number(n)]);
      return [[name, Number(input)]];
    })
    .filter(([, n]) => n !== 0);
}

/** A label's counter of its own. */
export const counterName = (measure: string, label: string): string => `${measure}_${label}`;

/** All counters of one aggregate in one UpdateItem: the fewest requests that a record at a time can do with. */
export function updateOf(table: string, system: System, { key, counters }: Touch): UpdateItemCommandInput {
  const { partitionKey, sortKey } = system.table;
  const entries = Object.entries(counters);
  return {
    TableName: table,
    Key: { [partitionKey]: { S: key.pk }, ...(sortKey !== undefined && { [sortKey]: { S: key.sk ?? '' } }) },
    UpdateExpression: `ADD ${entries.map((_, i) => `#c${i} :c${i}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(entries.map(([name], i) => [`#c${i}`, name])),
    ExpressionAttributeValues: Object.fromEntries(entries.map(([, n], i) => [`:c${i}`, { N: String(n) }])),
  };
}
