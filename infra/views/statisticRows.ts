import { type Aggregate, aggregateItem } from '../../shared/model/aggregate.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { keyId } from '../../shared/model/keys.ts';
import { correctionKey, partKeys } from '../../shared/model/spread.ts';
import type { Statistic } from '../../shared/model/statistic.ts';
import { aggregateFromAttributes } from '../../shared/model/storedAggregate.ts';
import { sumOfParts } from '../../shared/model/storedGroups.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { INDEX_SHARDS } from '../../shared/systems/indexShard.ts';
import { CATEGORIES } from '../../shared/systems/reviewerItems.ts';
import type { Workplace } from '../pipeline/workplace.ts';

export type Row = Record<string, unknown>;

/** Every group of a statistic as people read it, fields in the declared order. Reads the whole table. */
export const allRows = async (place: Workplace, name: string): Promise<Row[]> =>
  (await rowsByStatistic(place)).get(name) ?? [];

/** The same for all statistics, in one reading. */
export async function rowsByStatistic({ system, table }: Workplace): Promise<Map<string, Row[]>> {
  const rows = new Map<string, Row[]>();
  const parts = new Map<string, Aggregate[]>();
  for await (const item of table.scan()) {
    const key = keyOf(system.table, item);
    const source = system.sourceOf(key);
    if (!source?.derived) continue;
    if (source.spread) {
      const part = aggregateFromAttributes(source, key, item);
      append(parts, keyId(source.key.build(part.group)), [part]);
    } else append(rows, source.name, rowOf(source, item, system.table));
  }
  for (const group of parts.values()) append(rows, group[0]?.statistic.name ?? '', rowOfParts(group));
  return rows;
}

/** One group; undefined where there is nothing in it. Of a spread one, all parts are read together. */
export async function oneRow(
  { system, table }: Workplace,
  name: string,
  group: Record<string, string>,
): Promise<Row | undefined> {
  const statistic = system.statistic(name);
  const { spread, key } = statistic;
  const keys = spread ? [...partKeys(spread, group), correctionKey(spread, group)] : [key.build(group)];
  const items = [...(await table.read(keys)).values()];
  if (spread)
    return rowOfParts(items.map((item) => aggregateFromAttributes(statistic, keyOf(system.table, item), item)))[0];
  return items[0] && rowOf(statistic, items[0], system.table)[0];
}

/** Days of one stack, oldest first. */
export async function stackDays(place: Workplace, stackId: string): Promise<Row[]> {
  const { system, table } = place;
  const rows: Row[] = [];
  for await (const item of table.partition(`STACK#${stackId}`))
    if (system.sourceOf(keyOf(system.table, item))?.name === 'stackDay')
      rows.push(...rowOf(system.statistic('stackDay'), item, system.table));
  return rows;
}

/** The most frequent issues of a category (of all known ones), through GSI3: no scan, eventually consistent. */
export async function topIssues(
  { system, table }: Workplace,
  limit: number,
  category: string | undefined,
): Promise<Row[]> {
  const categories: readonly string[] = category === undefined ? CATEGORIES : [category];
  const partitions = categories.flatMap((name) =>
    Array.from({ length: INDEX_SHARDS }, (_, shard) => `${name}#${shard}`),
  );
  const found = await Promise.all(partitions.map((partition) => table.queryIndex('GSI3', partition, limit)));
  const statistic = system.statistic('issue');
  // A finding's index key starts with its category too.
  const issues = found.flat().filter((item) => system.sourceOf(keyOf(system.table, item)) === statistic);
  return byOccurrences(issues.flatMap((item) => rowOf(statistic, item, system.table))).slice(0, limit);
}

export const byOccurrences = (rows: readonly Row[]): Row[] =>
  [...rows].sort(
    (a, b) => Number(b.occurrences) - Number(a.occurrences) || (String(a.issueHash) < String(b.issueHash) ? -1 : 1),
  );

export const byText = (rows: readonly Row[], field: string): Row[] =>
  [...rows].sort((a, b) => (String(a[field]) < String(b[field]) ? -1 : 1));

const rowOf = (statistic: Statistic<unknown>, attributes: Attributes, table: Workplace['system']['table']): Row[] =>
  shown(aggregateFromAttributes(statistic, keyOf(table, attributes), attributes));

const rowOfParts = (parts: readonly Aggregate[]): Row[] => {
  const sum = sumOfParts(parts);
  return sum ? shown(sum) : [];
};

function shown(aggregate: Aggregate): Row[] {
  const item = aggregateItem(aggregate);
  return item === undefined ? [] : [aggregate.statistic.shape(item)];
}

function append<One>(lists: Map<string, One[]>, name: string, more: readonly One[]): void {
  const known = lists.get(name);
  if (known) known.push(...more);
  else lists.set(name, [...more]);
}
