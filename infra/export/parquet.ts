import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileWriter, parquetWriteRows } from 'hyparquet-writer';
import { type Extent, readHistory } from '../../shared/archive/history.ts';
import type { Row } from '../../shared/archive/rows.ts';
import type { HourlyDataset, Shelf } from '../../shared/archive/shelf.ts';
import { AfterwriteError } from '../../shared/model/errors.ts';
import { TABLE_FORMS, type TableForm } from './columns.ts';

export interface ExportOptions {
  readonly extent?: Extent;
  /** Absent: all that lie in the extent. */
  readonly wanted?: (row: Row) => boolean;
  /** In one file. */
  readonly rowsPerFile?: number;
  readonly signal?: AbortSignal;
  readonly onRows?: (rows: number) => void;
}

export interface Exported {
  readonly files: readonly string[];
  readonly rows: number;
  readonly bytes: number;
}

/** So many rows are held in memory. */
const ROWS_PER_GROUP = 10_000;
const ROWS_PER_FILE = 1_000_000;

/**
 * Writes a dataset, shelf by shelf, as Parquet files into `<folder>/<dataset>`, which must hold none yet. A file that was not finished ends
 * with `.part`. Throws USAGE, ARCHIVE_COLD, ARCHIVE_BROKEN.
 */
export async function exportParquet(
  dataset: HourlyDataset,
  shelves: readonly Shelf[],
  folder: string,
  options: ExportOptions = {},
): Promise<Exported> {
  const target = join(folder, dataset);
  makeEmpty(target);
  const { rowsPerFile = ROWS_PER_FILE, onRows } = options;
  const form = TABLE_FORMS[dataset];
  const lines = wantedRows(shelves, options);
  const files: string[] = [];
  let rows = 0;
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    const file = join(target, `part-${String(files.length).padStart(5, '0')}.parquet`);
    rows += await writeFile(file, form, next.value, lines, rowsPerFile, (count) => onRows?.(rows + count));
    files.push(file);
  }
  return { files, rows, bytes: files.reduce((all, file) => all + statSync(file).size, 0) };
}

function makeEmpty(folder: string): void {
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0)
    throw new AfterwriteError('USAGE', `${folder} is not empty`, {
      mend: 'give another folder: rows of two exports would be counted twice',
    });
}

async function* wantedRows(
  shelves: readonly Shelf[],
  { extent, wanted, signal }: ExportOptions,
): AsyncGenerator<Row, void> {
  for (const shelf of shelves)
    for await (const rows of readHistory(shelf, extent)) {
      if (signal?.aborted) return;
      for (const row of rows) if (wanted?.(row) ?? true) yield row;
    }
}

/** Returns the number of rows. */
async function writeFile(
  file: string,
  form: TableForm,
  first: Row,
  rest: AsyncGenerator<Row, void>,
  most: number,
  onRow: (count: number) => void,
): Promise<number> {
  let count = 0;
  async function* rows(): AsyncGenerator<Record<string, unknown>> {
    for (let row: Row | undefined = first; row; row = count < most ? await take(rest) : undefined) {
      count++;
      onRow(count);
      yield form.row(row.value);
    }
  }
  const writer = fileWriter(`${file}.part`);
  await parquetWriteRows({ writer, rows: rows(), columns: [...form.columns], rowGroupSize: ROWS_PER_GROUP });
  renameSync(`${file}.part`, file);
  return count;
}

async function take(rows: AsyncGenerator<Row, void>): Promise<Row | undefined> {
  const { done, value } = await rows.next();
  return done ? undefined : value;
}
