import { type Aggregate, aggregateItem } from '../../shared/model/aggregate.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import type { Statistic } from '../../shared/model/statistic.ts';
import { aggregateFromAttributes } from '../../shared/model/storedAggregate.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { INDEX_SHARDS } from '../../shared/systems/indexShard.ts';
import { CATEGORIES } from '../../shared/systems/reviewerItems.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { allGroups, oneGroup } from './groups.ts';

export type Row = Record<string, unknown>;

/** Every group of a statistic as people read it, fields in the declared order. Reads the whole table. */
export const allRows = async (place: Workplace, name: string): Promise<Row[]> =>
  (await rowsByStatistic(place)).get(name) ?? [];

/** The same for all statistics, in one reading. */
export async function rowsByStatistic(place: Workplace): Promise<Map<string, Row[]>> {
  const rows = new Map<string, Row[]>();
  for await (const group of allGroups(place)) {
    const { name } = group.statistic;
    const known = rows.get(name) ?? [];
    rows.set(name, known);
    known.push(...shown(group));
  }
  return rows;
}

/** One group; undefined where there is nothing in it. */
export async function oneRow(
  place: Workplace,
  name: string,
  group: Readonly<Record<string, string>>,
): Promise<Row | undefined> {
  const found = await oneGroup(place, place.system.statistic(name), group);
  return found && shown(found)[0];
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

function shown(aggregate: Aggregate): Row[] {
  const item = aggregateItem(aggregate);
  return item === undefined ? [] : [aggregate.statistic.shape(item)];
}
