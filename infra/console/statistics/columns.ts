import type { Statistic } from '../../../shared/model/statistic.ts';
import type { Cell } from '../wire.ts';
import { measuresOf, numberOf, textOf } from './shown.ts';

export interface Column {
  readonly name: string;
  readonly numeric: boolean;
  /** Of an item of the statistic. */
  of(item: Record<string, unknown>): Cell;
}

const NUMBERS = new Set(['count', 'sum', 'mean', 'rate', 'variance']);
const LONGEST_TEXT = 80;
const MOST_LABELS = 3;

/** Of any statistic, by its declaration: its measures in their order, each by what it is. */
export function columnsOf(statistic: Statistic<unknown>): Column[] {
  return measuresOf(statistic).flatMap(([name, { kind, parameters }]) => {
    if (NUMBERS.has(kind)) return [numeric(name, (item) => item[name])];
    if (kind === 'histogram') return distribution(name, parameters as { percentiles: number[] });
    if (kind === 'countBy') return [text(name, (item) => labels(item[name] as Record<string, number>))];
    return [text(name, (item) => item[name])];
  });
}

const numeric = (name: string, of: (item: Record<string, unknown>) => unknown): Column => ({
  name,
  numeric: true,
  of: (item) => numberOf(of(item)) ?? null,
});

const text = (name: string, of: (item: Record<string, unknown>) => unknown): Column => ({
  name,
  numeric: false,
  of: (item) => {
    const value = of(item);
    return value === null || value === undefined || value === '' ? null : textOf(value, LONGEST_TEXT);
  },
});

/** Its mean, and its greatest percentile. */
function distribution(name: string, { percentiles }: { percentiles: number[] }): Column[] {
  const of = (part: string) => (item: Record<string, unknown>) => (item[name] as Record<string, unknown>)[part];
  const last = percentiles[percentiles.length - 1];
  const mean = numeric(`${name} mean`, of('mean'));
  return last === undefined ? [mean] : [mean, numeric(`${name} p${last}`, of(`p${last}`))];
}

/** The most frequent of them. */
function labels(counts: Record<string, number>): string {
  const some = Object.entries(counts).filter(([, n]) => n !== 0);
  const first = some.sort(([, a], [, b]) => b - a).slice(0, MOST_LABELS);
  const more = some.length > MOST_LABELS ? `, ${some.length - MOST_LABELS} more` : '';
  return first.map(([label, n]) => `${label} ${n}`).join(', ') + more;
}
