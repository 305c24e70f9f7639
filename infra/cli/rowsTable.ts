import { isBig } from '../../shared/model/decimal.ts';
import type { Row } from '../views/statisticRows.ts';
import { table } from './output.ts';

/** What fits a screen; `--json` prints all. */
const MOST_ROWS = 50;
const MOST_COLUMNS = 10;

/** A member of a row, or of an object in it: `risk.mean`. */
export const at = (row: Row, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Row | undefined)?.[name], row);

/** To hundredths; a number too large for that with all of its digits. */
export function rounded(value: unknown): unknown {
  if (isBig(value))
    return Math.abs(Number(value)) < Number.MAX_SAFE_INTEGER / 100 ? rounded(Number(value)) : value.toFixed();
  return typeof value === 'number' ? Math.round(value * 100) / 100 : value;
}

/** Rows of any statistic: fields, and those of objects in them, as columns. */
export function rowsTable(rows: readonly Row[]): string {
  if (rows.length === 0) return 'Nothing yet.';
  const columns = [...new Set(rows.slice(0, MOST_ROWS).flatMap((row) => pathsOf(row)))];
  const shown = columns.slice(0, MOST_COLUMNS);
  const more = [
    ...(rows.length > MOST_ROWS ? [`${rows.length - MOST_ROWS} more rows`] : []),
    ...(columns.length > shown.length ? [`${columns.length - shown.length} more columns`] : []),
  ];
  const text = table(
    shown,
    rows.slice(0, MOST_ROWS).map((row) => shown.map((column) => inCell(rounded(at(row, column))))),
  );
  return more.length === 0 ? text : `${text}\n… and ${more.join(', ')}: --json prints all`;
}

const pathsOf = (row: Row): string[] =>
  Object.entries(row).flatMap(([name, value]) =>
    isObject(value) ? Object.keys(value).map((member) => `${name}.${member}`) : [name],
  );

const inCell = (value: unknown): unknown => (isObject(value) || Array.isArray(value) ? JSON.stringify(value) : value);

const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !isBig(value);
