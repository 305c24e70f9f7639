import { type Aggregate, aggregateItem } from '../../../shared/model/aggregate.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import type { Plain } from '../../../shared/model/measures/measure.ts';
import type { Statistic } from '../../../shared/model/statistic.ts';
import { aggregateFromAttributes } from '../../../shared/model/storedAggregate.ts';
import type { Workplace } from '../../pipeline/workplace.ts';
import { allGroups } from '../../views/groups.ts';
import type { Cell } from '../wire.ts';
import { type Column, columnsOf } from './columns.ts';
import { addStates } from './shown.ts';
import { timeIn } from './time.ts';

export interface KeptRow {
  readonly group: Readonly<Record<string, string>>;
  readonly cells: readonly Cell[];
}

/** A statistic as it was read: bounded, however many groups it has. */
export interface Read {
  readonly statistic: Statistic<unknown>;
  readonly columns: readonly Column[];
  /** The column by which rows are kept where there are too many. */
  readonly first: number;
  groups: number;
  rows: KeptRow[];
  total: Readonly<Record<string, Plain>> | undefined;
  readonly byTime: Map<string, Readonly<Record<string, Plain>>>;
}

const MOST_ROWS = 2_000;
const MOST_TIMES = 1_000;

/** Every statistic, in one reading of the table. */
export async function readAll(place: Pick<Workplace, 'system' | 'table'>): Promise<Map<string, Read>> {
  const reads = new Map(place.system.statistics.map((statistic) => [statistic.name, emptyRead(statistic)]));
  for await (const group of allGroups(place, aggregateOrNone)) {
    const read = reads.get(group.statistic.name);
    if (read) add(read, group);
  }
  for (const read of reads.values()) keepFirst(read, MOST_ROWS);
  return reads;
}

function emptyRead(statistic: Statistic<unknown>): Read {
  const columns = columnsOf(statistic);
  const first = columns.findIndex(({ numeric }) => numeric);
  return { statistic, columns, first, groups: 0, rows: [], total: undefined, byTime: new Map() };
}

/** What somebody else wrote under a key of a statistic is no group. */
function aggregateOrNone(...[statistic, key, item]: Parameters<typeof aggregateFromAttributes>): Aggregate | undefined {
  try {
    return aggregateFromAttributes(statistic, key, item);
  } catch (error) {
    if (isAfterwriteError(error, 'ITEM_MALFORMED')) return undefined;
    throw error;
  }
}

function add(read: Read, aggregate: Aggregate): void {
  const item = aggregateItem(aggregate);
  if (item === undefined) return;
  const { statistic, columns, byTime } = read;
  read.groups++;
  read.rows.push({ group: aggregate.group, cells: columns.map((column) => column.of(item)) });
  if (read.rows.length > 2 * MOST_ROWS) keepFirst(read, MOST_ROWS);
  read.total = addStates(statistic, read.total, aggregate.state);
  const time = timeIn(statistic, aggregate.group);
  if (time === undefined) return;
  byTime.set(time, addStates(statistic, byTime.get(time), aggregate.state));
  if (byTime.size > 2 * MOST_TIMES)
    for (const oldest of [...byTime.keys()].sort().slice(0, MOST_TIMES)) byTime.delete(oldest);
}

function keepFirst(read: Read, limit: number): void {
  const { first } = read;
  if (first >= 0) read.rows.sort((a, b) => Number(b.cells[first] ?? 0) - Number(a.cells[first] ?? 0));
  read.rows = read.rows.slice(0, limit);
}
