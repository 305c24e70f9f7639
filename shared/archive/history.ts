import { isAfterwriteError } from '../model/errors.ts';
import { HOUR_MS } from '../model/time.ts';
import { hourlyPlace } from './layout.ts';
import { goneMeanwhile } from './lines.ts';
import { readChain, standingSegments, type WrittenSegment } from './manifest.ts';
import { type Member, readMember } from './members.ts';
import { merge, type Run } from './merge.ts';
import { readAhead } from './readAhead.ts';
import { byItem, bySequence, type Row, readRows, rowsOf, sortedOnce } from './rows.ts';
import { coveredBy, type Shelf } from './shelf.ts';

/** Of stream time, epoch milliseconds. What lies in the same hour comes too. */
export interface Hours {
  readonly from?: number;
  /** Exclusive. */
  readonly until?: number;
}

export interface Extent extends Hours {
  /** Segments that hold no line of such a kind are not read; of those that do, other kinds come too. */
  readonly kinds?: (kind: string) => boolean;
}

/** An object or a segment, with the hours that it holds. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly object?: string;
  readonly segment?: WrittenSegment;
}

/** Whether something that holds these hours, the last one included, holds any of those. */
export const isWithin = ({ from, to }: { from: number; to: number }, hours: Hours): boolean =>
  from < (hours.until ?? Number.POSITIVE_INFINITY) && to + HOUR_MS > (hours.from ?? 0);

/**
 * All lines of a dataset, each once, whatever is compacted and however often a line was written. Rows of one item come in
 * order; beyond that, what lies in hours that share no segment comes hour by hour. Throws ARCHIVE_BROKEN, ARCHIVE_COLD.
 */
export async function* readHistory(shelf: Shelf, extent: Extent = {}): AsyncIterable<readonly Row[]> {
  for (const window of windowsOf(await partsOf(shelf, extent))) yield* readWindow(shelf, window);
}

/** The lines of one item, in order. Of a segment only the members are read that may hold it. */
export const readItem = (shelf: Shelf, item: string, hours: Hours = {}): Promise<Row[]> =>
  readItems(shelf, [item], hours);

/** The lines of some items, sorted by item, in order. */
export async function readItems(shelf: Shelf, items: readonly string[], hours: Hours = {}): Promise<Row[]> {
  const wanted = new Set(items);
  const found: Row[] = [];
  for (const { segment, object } of await partsOf(shelf, hours)) {
    const rows = segment
      ? await membersWith(shelf, segment, items)
      : await readRows(shelf.archive, object ?? '', shelf.read);
    found.push(...rows.filter(({ item }) => wanted.has(item)));
  }
  return sortedOnce(found);
}

async function membersWith(shelf: Shelf, segment: WrittenSegment, items: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const member of segment.members)
    if (items.some((item) => member.first <= item && item <= member.last))
      rows.push(...((await memberRows(shelf, segment, member)) ?? []));
  return rows;
}

/**
 * Undefined where the segment is let go: S3 removes it some time after its declared life. Throws ARCHIVE_MOVED where an erasure
 * has replaced it meanwhile.
 */
export async function memberRows(
  shelf: Shelf,
  { key, at }: WrittenSegment,
  member: Member,
): Promise<Row[] | undefined> {
  try {
    return rowsOf(key, await readMember(shelf.archive, key, member), shelf.read);
  } catch (error) {
    if (!isAfterwriteError(error, 'NOT_FOUND')) throw error;
    if (shelf.isOver(at)) return undefined;
    const { manifests } = await readChain(shelf.archive, shelf.manifests);
    throw standingSegments(manifests).has(key) ? error : goneMeanwhile(key, error);
  }
}

/** What counts now. The chain is read first: an object that is compacted in between is read as it was. */
export async function partsOf({ archive, objects, manifests: prefix }: Shelf, extent: Extent = {}): Promise<Part[]> {
  const { manifests } = await readChain(archive, prefix);
  const covered = coveredBy(manifests);
  const segments = [...standingSegments(manifests).values()];
  const parts: Part[] = segments.map((segment) => ({ from: segment.from, to: segment.to, segment }));
  for await (const { key } of archive.list(objects)) {
    if (covered.has(key)) continue;
    const { hour } = hourlyPlace(key);
    parts.push({ from: hour, to: hour, object: key });
  }
  return parts
    .filter((part) => isWithin(part, extent))
    .filter(({ segment }) => !extent.kinds || !segment || Object.keys(segment.kinds).some(extent.kinds))
    .sort((a, b) => a.from - b.from);
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

function segmentRun(shelf: Shelf, segment: WrittenSegment): Run {
  const { members } = segment;
  const reading = readAhead(members, (member) => memberRows(shelf, segment, member));
  return {
    bound: { item: members[0]?.first ?? '', sequence: '' },
    async next() {
      const { value, done } = await reading.next();
      return done ? undefined : value[1];
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
