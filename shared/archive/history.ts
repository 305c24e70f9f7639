import { hourlyPlace } from './layout.ts';
import { readChain, type Segment } from './manifest.ts';
import { readMember } from './members.ts';
import { merge, type Run } from './merge.ts';
import { byItem, bySequence, type Row, readRows, rowsOf, sortedOnce } from './rows.ts';
import { coveredBy, type Shelf } from './shelf.ts';

/** Of stream time, epoch milliseconds. What lies in the same hour comes too. */
export interface Hours {
  readonly from?: number;
  /** Exclusive. */
  readonly until?: number;
}

/** An object or a segment, with the hours that it holds. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly object?: string;
  readonly segment?: Segment;
}

const HOUR_MS = 3_600_000;

/**
 * All lines of a dataset, each once, whatever is compacted and however often a line was written. Rows of one item come in
 * order; beyond that, what lies in hours that share no segment comes hour by hour. Throws ARCHIVE_BROKEN, ARCHIVE_COLD.
 */
export async function* readHistory(shelf: Shelf, hours: Hours = {}): AsyncIterable<readonly Row[]> {
  const parts = (await partsOf(shelf)).filter(
    ({ from, to }) => from < (hours.until ?? Number.POSITIVE_INFINITY) && to + HOUR_MS > (hours.from ?? 0),
  );
  for (const window of windowsOf(parts)) yield* readWindow(shelf, window);
}

/** The lines of one item, in order. Of a segment only the members are read that may hold it. */
export async function readItem(shelf: Shelf, item: string): Promise<Row[]> {
  const found: Row[] = [];
  for (const { segment, object } of await partsOf(shelf)) {
    const rows = segment
      ? await membersWith(shelf, segment, item)
      : await readRows(shelf.archive, object ?? '', shelf.read);
    found.push(...rows.filter((row) => row.item === item));
  }
  return sortedOnce(found);
}

async function membersWith(shelf: Shelf, segment: Segment, item: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const member of segment.members)
    if (member.first <= item && item <= member.last)
      rows.push(...rowsOf(segment.key, await readMember(shelf.archive, segment.key, member), shelf.read));
  return rows;
}

/** What counts now. The chain is read first: an object that is compacted in between is read as it was. */
export async function partsOf({ archive, objects, manifests: prefix }: Shelf): Promise<Part[]> {
  const { manifests } = await readChain(archive, prefix);
  const covered = coveredBy(manifests);
  const parts: Part[] = manifests.flatMap(({ segments }) =>
    segments.map((segment) => ({ from: segment.from, to: segment.to, segment })),
  );
  for await (const { key } of archive.list(objects)) {
    if (covered.has(key)) continue;
    const { hour } = hourlyPlace(key);
    parts.push({ from: hour, to: hour, object: key });
  }
  return parts.sort((a, b) => a.from - b.from);
}

/** Parts that share hours are read side by side. */
function windowsOf(parts: readonly Part[]): Part[][] {
  const windows: Part[][] = [];
  let until = Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    if (part.from > until) windows.push([]);
    windows[windows.length - 1]?.push(part);
    until = Math.max(until, part.to);
  }
  return windows;
}

function readWindow(shelf: Shelf, parts: readonly Part[]): AsyncIterable<readonly Row[]> {
  const segments = parts.flatMap(({ segment }) => (segment ? [segment] : []));
  const objects = parts.flatMap(({ object }) => (object === undefined ? [] : [object]));
  if (segments.length === 0)
    return merge(
      objects.map((key) => objectRun(shelf, key)),
      bySequence,
    );
  const runs = segments.map((segment) => segmentRun(shelf, segment));
  return merge(objects.length === 0 ? runs : [...runs, lateRun(shelf, objects)], byItem);
}

function objectRun({ archive, read }: Shelf, key: string): Run {
  let done = false;
  return {
    bound: { item: '', sequence: hourlyPlace(key).first },
    async next() {
      if (done) return undefined;
      done = true;
      const rows = await readRows(archive, key, read);
      return rows.length === 0 ? undefined : rows.sort(bySequence);
    },
  };
}

function segmentRun({ archive, read }: Shelf, { key, members }: Segment): Run {
  let i = 0;
  return {
    bound: { item: members[0]?.first ?? '', sequence: '' },
    async next() {
      const member = members[i++];
      return member && rowsOf(key, await readMember(archive, key, member), read);
    },
  };
}

/** Objects that came after their hour was compacted: few, until the next compaction takes them. */
function lateRun({ archive, read }: Shelf, keys: readonly string[]): Run {
  let done = false;
  return {
    bound: { item: '', sequence: '' },
    async next() {
      if (done) return undefined;
      done = true;
      const rows: Row[] = [];
      for (const key of keys) rows.push(...(await readRows(archive, key, read)));
      return rows.length === 0 ? undefined : sortedOnce(rows);
    },
  };
}
