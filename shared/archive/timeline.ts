import pMap from 'p-map';
import { type Hours, memberRows, type Part, partsOf } from './history.ts';
import { hourlyPlace } from './layout.ts';
import type { Segment, WrittenSegment } from './manifest.ts';
import { merge, type Run } from './merge.ts';
import { bySequence, type Place, type Row, readRows } from './rows.ts';
import type { Shelf } from './shelf.ts';

/** What is read of a dataset. What it leaves out may come all the same, where it lies beside what is wanted. */
export interface Wanted {
  /** Only what stands behind this place. */
  readonly after?: Place | undefined;
  /** Absent: all kinds. */
  readonly isKind?: ((kind: string) => boolean) | undefined;
  /** Absent: all items. */
  readonly items?: readonly string[] | undefined;
  /** Of stream time; absent: all. */
  readonly hours?: Hours | undefined;
  /** Keys of objects and segments that are left out, whatever they hold. */
  readonly without?: ReadonlySet<string> | undefined;
}

const MEMBERS_AT_ONCE = 4;

/** In the order of the stream: by sequence number, and of one number by item. */
export const byTime = (a: Place, b: Place): number =>
  bySequence(a, b) || (a.item < b.item ? -1 : a.item > b.item ? 1 : 0);

/**
 * The lines of a dataset, of several tenants as of one, each once, in an order that compaction does not change: a place in it
 * is a place for ever. So who has read up to one goes on behind it, in days too, however much was compacted since. Rows of
 * one place come together.
 *
 * What is held in memory is the wanted rows of the segments that share sequence numbers: one or two a shelf, as a rule.
 * @param shelves of one dataset, one a tenant: an item lies on one of them
 * Throws ARCHIVE_BROKEN, ARCHIVE_COLD; ARCHIVE_MOVED where an object was compacted and removed since the list of objects
 * was read: read again behind the last place; NOT_FOUND where a segment is missing.
 */
export async function* readTimeline(shelves: readonly Shelf[], wanted: Wanted = {}): AsyncIterable<readonly Row[]> {
  const runs: Run[] = [];
  for (const shelf of shelves) for (const part of await partsOn(shelf, wanted)) runs.push(runOf(shelf, part, wanted));
  yield* merge(runs, byTime);
}

/** What would be read: keys of objects and segments. */
export const keysAhead = async (shelves: readonly Shelf[], wanted: Wanted): Promise<string[]> =>
  (await partsAhead(shelves, wanted)).map(keyOf);

export async function partsAhead(shelves: readonly Shelf[], wanted: Wanted): Promise<Part[]> {
  const parts: Part[] = [];
  for (const shelf of shelves) parts.push(...(await partsOn(shelf, wanted)));
  return parts;
}

const partsOn = async (shelf: Shelf, wanted: Wanted): Promise<Part[]> =>
  (await partsOf(shelf, wanted.hours)).filter((part) => mayHold(part, wanted));

const keyOf = ({ object, segment }: Part): string => segment?.key ?? object ?? '';

function mayHold(part: Part, { after, isKind, items, without }: Wanted): boolean {
  const { object, segment } = part;
  if (without?.has(keyOf(part))) return false;
  const { last } = segment ?? hourlyPlace(object ?? '');
  if (after && last < after.sequence) return false;
  if (!segment) return true;
  if (isKind && !Object.keys(segment.kinds).some(isKind)) return false;
  return membersFor(segment, items).length > 0;
}

const membersFor = ({ members }: Segment, items: readonly string[] | undefined): Segment['members'] =>
  items ? members.filter(({ first, last }) => items.some((item) => first <= item && item <= last)) : members;

function runOf(shelf: Shelf, { object, segment }: Part, wanted: Wanted): Run {
  const { first } = segment ?? hourlyPlace(object ?? '');
  let done = false;
  return {
    bound: { item: '', sequence: first },
    async next() {
      if (done) return undefined;
      done = true;
      const rows = segment
        ? await segmentRows(shelf, segment, wanted)
        : wantedOf(await readRows(shelf.archive, object ?? '', shelf.read), wanted);
      return rows.length === 0 ? undefined : rows.sort(byTime);
    },
  };
}

async function segmentRows(shelf: Shelf, segment: WrittenSegment, wanted: Wanted): Promise<Row[]> {
  const portions = await pMap(
    membersFor(segment, wanted.items),
    async (member) => wantedOf((await memberRows(shelf, segment, member)) ?? [], wanted),
    { concurrency: MEMBERS_AT_ONCE },
  );
  return portions.flat();
}

const wantedOf = (rows: Row[], wanted: Wanted): Row[] =>
  wanted.after || wanted.isKind || wanted.items ? rows.filter((row) => isWanted(row, wanted)) : rows;

const isWanted = (row: Row, { after, isKind, items }: Wanted): boolean =>
  !(after && byTime(row, after) <= 0) && (isKind?.(row.kind) ?? true) && (items?.includes(row.item) ?? true);
