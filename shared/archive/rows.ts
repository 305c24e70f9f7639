import { AfterwriteError } from '../model/errors.ts';
import type { ArchiveStore } from '../ports/archiveStore.ts';
import { goneMeanwhile, readLines } from './lines.ts';

/** Where a row stands: rows of one item are ordered by sequence number, padded so that texts sort as integers do. */
export interface Place {
  /** No other item has the same text. */
  readonly item: string;
  readonly sequence: string;
}

/** A line of the archive with all that compaction and reading need to know of it. */
export interface Row extends Place {
  /** Rows of one place with the same id are one row that was written twice. */
  readonly id: string;
  /** What it is about: an entity, or an event's type and version. */
  readonly kind: string;
  readonly line: string;
  /** The line, parsed: only while it is at hand. */
  readonly value?: unknown;
}

/** Throws a SyntaxError where the line is no JSON. */
export type ReadRow = (line: string) => Row;

/** What matches no entity is of this kind. */
export const UNKNOWN_KIND = '?';

/** All rows of one object, in its order. Throws ARCHIVE_BROKEN, ARCHIVE_COLD; ARCHIVE_MOVED where it was compacted and removed meanwhile. */
export async function readRows(archive: ArchiveStore, key: string, read: ReadRow): Promise<Row[]> {
  const lines = await readLines(archive, key).catch((error: unknown) => {
    throw goneMeanwhile(key, error);
  });
  return rowsOf(key, lines, read);
}

/** @param key of the object, for the message */
export function rowsOf(key: string, lines: readonly string[], read: ReadRow): Row[] {
  try {
    return lines.map(read);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AfterwriteError('ARCHIVE_BROKEN', `${key} holds a line that is no JSON`, {
      mend: 'restore the object from a copy of it',
      cause: error,
    });
  }
}

/** By item, and in an item by sequence number. Texts are compared by UTF-16 units, as everywhere in the archive. */
export const byItem = (a: Place, b: Place): number => (a.item < b.item ? -1 : a.item > b.item ? 1 : bySequence(a, b));

export const bySequence = (a: Place, b: Place): number =>
  a.sequence < b.sequence ? -1 : a.sequence > b.sequence ? 1 : 0;

/** Without what it was parsed to: who holds many rows holds their lines alone. */
export const lightly = ({ item, sequence, id, kind, line }: Row): Row => ({ item, sequence, id, kind, line });

/** Sorted by item, each row once. What one change has brought stays in its order. */
export function sortedOnce(rows: readonly Row[]): Row[] {
  const sorted = rows.toSorted(byItem);
  const once = new Once(byItem);
  return sorted.filter((row) => once.isNew(row));
}

/** Tells rows that come again, as long as rows of one place come together. Most places have one row. */
export class Once {
  readonly #compare: (a: Place, b: Place) => number;
  #last: Row | undefined;
  /** Ids at the place of the last row, where there are several. */
  #ids: Set<string> | undefined;

  constructor(compare: (a: Place, b: Place) => number) {
    this.#compare = compare;
  }

  isNew(row: Row): boolean {
    const last = this.#last;
    this.#last = row;
    if (!last || this.#compare(last, row) !== 0) {
      this.#ids = undefined;
      return true;
    }
    this.#ids ??= new Set([last.id]);
    if (this.#ids.has(row.id)) return false;
    this.#ids.add(row.id);
    return true;
  }
}
