import { AfterwriteError } from '../../../shared/model/errors.ts';
import { isoUtc } from '../../../shared/model/time.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { Workplace } from '../../pipeline/workplace.ts';
import { SharedReading } from '../sharedReading.ts';
import type { Series, StatisticTold } from '../wire.ts';
import { type KeptRow, type Read, readAll } from './reading.ts';
import { shownStates } from './shown.ts';

const LEAST_MS = 2_000;
const MOST_LISTED = 200;

export interface Look {
  readonly text?: string | undefined;
  readonly sort?: string | undefined;
  readonly descending?: boolean | undefined;
}

/** Statistics as pages ask for them, from one reading of the table for all. */
export class Board {
  readonly #reading: SharedReading<Map<string, Read>>;

  constructor(place: Pick<Workplace, 'system' | 'table'>, clock: Clock) {
    this.#reading = new SharedReading(() => readAll(place), LEAST_MS, clock);
  }

  /** How many groups each has. */
  async counts(): Promise<Record<string, number>> {
    const { result: all } = await this.#reading.told();
    return Object.fromEntries([...all].map(([name, { groups }]) => [name, groups]));
  }

  /** Throws NOT_FOUND. */
  async statistic(name: string, look: Look): Promise<StatisticTold> {
    const { at, result: all } = await this.#reading.told();
    const read = all.get(name);
    if (!read) throw noStatistic(name, [...all.keys()]);
    const { statistic, columns, rows, groups, total } = read;
    const sort = sorted(read, look);
    const matching = look.text ? rows.filter(isWith(look.text.toLowerCase())) : rows;
    return {
      name,
      groups,
      kept: rows.length,
      matching: matching.length,
      readAt: isoUtc(at),
      columns: columns.map(({ name: title, numeric }) => ({ name: title, numeric })),
      rows: [...matching].sort(sort.compare).slice(0, MOST_LISTED),
      sort: sort.by,
      descending: sort.descending,
      total: total ? shownStates(statistic, total) : {},
      series: seriesOf(read),
    };
  }
}

export const noStatistic = (name: string, known: readonly string[]): AfterwriteError =>
  new AfterwriteError('NOT_FOUND', `there is no statistic '${name}'`, { mend: `name one of: ${known.join(', ')}` });

const isWith =
  (text: string) =>
  ({ group, cells }: KeptRow): boolean =>
    [...Object.values(group), ...cells].some(
      (value) => typeof value === 'string' && value.toLowerCase().includes(text),
    );

/** By the first number, the greatest first, where nothing is asked for. */
function sorted({ statistic, columns, first }: Read, { sort, descending }: Look) {
  const { placeholders } = statistic.key;
  const index = columns.findIndex(({ name }) => name === sort);
  if (sort !== undefined && placeholders.includes(sort)) {
    const sign = descending ? -1 : 1;
    const of = (row: KeptRow): string => row.group[sort] ?? '';
    const compare = (a: KeptRow, b: KeptRow): number => sign * order(of(a), of(b));
    return { by: sort, descending: descending === true, compare };
  }
  const at = index >= 0 ? index : first;
  const isDown = descending ?? true;
  const compare = (a: KeptRow, b: KeptRow): number =>
    (isDown ? -1 : 1) * order(a.cells[at] ?? null, b.cells[at] ?? null);
  return { by: columns[at]?.name ?? '', descending: isDown, compare };
}

/** What is not there is less than anything. */
function order(a: string | number | null, b: string | number | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  return b === null || a > b ? 1 : -1;
}

export function seriesOf({ statistic, byTime }: Pick<Read, 'statistic' | 'byTime'>): Series | null {
  if (byTime.size === 0) return null;
  const times = [...byTime.keys()].sort();
  const shown = times.map((time) => shownStates(statistic, byTime.get(time) ?? {}));
  const names = Object.keys(shown[0] ?? {});
  return { times, measures: Object.fromEntries(names.map((name) => [name, shown.flatMap((one) => one[name] ?? [])])) };
}
