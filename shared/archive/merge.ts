import { Once, type Place, type Row } from './rows.ts';

/** Rows in order, read a portion at a time. */
export interface Run {
  /** None of its rows stands before. */
  readonly bound: Place;
  /** The next portion, never empty; undefined at the end. */
  next(): Promise<readonly Row[] | undefined>;
}

interface Cursor {
  readonly run: Run;
  rows: readonly Row[];
  at: number;
}

const PORTION = 1_000;

/**
 * The rows of all runs in one order, each once, in portions. A run is read when its turn comes, so that what is held is a
 * portion of each of those that overlap, however many there are.
 */
export async function* merge(
  runs: readonly Run[],
  compare: (a: Place, b: Place) => number,
): AsyncIterable<readonly Row[]> {
  const waiting = runs.toSorted((a, b) => compare(b.bound, a.bound));
  /** By their next row. */
  const open: Cursor[] = [];
  const once = new Once(compare);
  let portion: Row[] = [];
  for (;;) {
    await openDue(waiting, open, compare);
    const least = open.shift();
    if (!least) break;
    const [second] = open;
    const bound = waiting[waiting.length - 1]?.bound;
    const limits = [...(second ? [headOf(second)] : []), ...(bound ? [bound] : [])].sort(compare);
    const end = endOf(least, limits[0], compare);
    for (; least.at < end; least.at++) {
      const row = least.rows[least.at] as Row;
      if (once.isNew(row)) portion.push(row);
    }
    if (least.at < least.rows.length || (await advance(least))) insert(open, least, compare);
    if (portion.length < PORTION) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

const headOf = ({ rows, at }: Cursor): Row => rows[at] as Row;

/** Opens every run that may hold the next row. @param waiting the next one last */
async function openDue(waiting: Run[], open: Cursor[], compare: (a: Place, b: Place) => number): Promise<void> {
  for (;;) {
    const run = waiting[waiting.length - 1];
    const [least] = open;
    if (!run || (least && compare(headOf(least), run.bound) < 0)) return;
    waiting.pop();
    const cursor: Cursor = { run, rows: [], at: 0 };
    if (await advance(cursor)) insert(open, cursor, compare);
  }
}

/** Behind its equals. There may be a run a tenant: they are not sorted anew for each row. */
function insert(open: Cursor[], cursor: Cursor, compare: (a: Place, b: Place) => number): void {
  let [low, high] = [0, open.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(headOf(open[middle] as Cursor), headOf(cursor)) <= 0) low = middle + 1;
    else high = middle;
  }
  open.splice(low, 0, cursor);
}

async function advance(cursor: Cursor): Promise<boolean> {
  const rows = await cursor.run.next();
  cursor.rows = rows ?? [];
  cursor.at = 0;
  return rows !== undefined;
}

/** How far the rows of a cursor come before all others: those at the limit's own place too. */
function endOf({ rows, at }: Cursor, limit: Place | undefined, compare: (a: Place, b: Place) => number): number {
  if (!limit) return rows.length;
  let end = at;
  while (end < rows.length && compare(rows[end] as Row, limit) <= 0) end++;
  return end;
}
