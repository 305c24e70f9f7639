import { hashOf } from '../../../shared/archive/layout.ts';
import type { Segment } from '../../../shared/archive/manifest.ts';
import type { Member } from '../../../shared/archive/members.ts';
import { byItem, type Row } from '../../../shared/archive/rows.ts';
import type { Shelf } from '../../../shared/archive/shelf.ts';
import type { Look, Visit } from './look.ts';

/** What its lines say of a segment, against what its manifest says. */
interface Sums {
  lines: number;
  first: string | undefined;
  last: string | undefined;
  readonly kinds: Record<string, number>;
  before: Row | undefined;
  ordered: boolean;
}

/** Holds a segment against its manifest. Whether all of its lines could be visited. */
export async function proveSegment(
  look: Look,
  { read }: Pick<Shelf, 'read'>,
  segment: Segment,
  visit: Visit,
): Promise<boolean> {
  const { key } = segment;
  const damaged = (what: string): void => look.find('SEGMENT_DAMAGED', key, what);
  const body = await look.read(key, 'SEGMENT_MISSING');
  if (!body) return false;
  const sums: Sums = { lines: 0, first: undefined, last: undefined, kinds: {}, before: undefined, ordered: true };
  let offset = 0;
  let whole = true;
  for (const member of segment.members) {
    const rows = member.offset === offset ? await membersRows(look, read, key, body, member) : undefined;
    if (member.offset !== offset) damaged(`its manifest leaves a gap or an overlap at byte ${offset}`);
    offset = member.offset + member.bytes;
    if (!rows) whole = false;
    for (const row of rows ?? []) {
      add(sums, row);
      visit(row);
    }
  }
  if (!whole) return false;
  if (offset !== body.length || body.length !== segment.bytes)
    damaged(`has ${body.length} bytes; its manifest says ${segment.bytes}, and its members ${offset}`);
  else if (hashOf(body) !== segment.sha256) damaged('has another hash than its manifest says');
  const contradiction = contradictionOf(sums, segment);
  if (contradiction) damaged(contradiction);
  return true;
}

async function membersRows(
  look: Look,
  read: Shelf['read'],
  key: string,
  body: Uint8Array,
  { offset, bytes, lines, first, last, sha256 }: Member,
): Promise<Row[] | undefined> {
  const where = `${key} at byte ${offset}`;
  const damaged = (what: string): undefined => void look.find('SEGMENT_DAMAGED', where, what);
  if (offset + bytes > body.length) return damaged(`ends after ${Math.max(0, body.length - offset)} of ${bytes} bytes`);
  const content = await look.unzip(where, body.subarray(offset, offset + bytes), 'SEGMENT_DAMAGED');
  if (!content) return undefined;
  if (hashOf(content) !== sha256) return damaged('does not hold what its manifest says');
  const rows = look.rows(where, content, read, 'SEGMENT_DAMAGED');
  if (!rows) return undefined;
  if (rows.length !== lines) return damaged(`has ${rows.length} lines; its manifest says ${lines}`);
  if (rows[0]?.item !== first || rows[rows.length - 1]?.item !== last)
    return damaged('begins or ends with another item than its manifest says: nobody would find what is in it');
  return rows;
}

function add(sums: Sums, row: Row): void {
  const { sequence, kind } = row;
  sums.lines++;
  sums.kinds[kind] = (sums.kinds[kind] ?? 0) + 1;
  if (sums.first === undefined || sequence < sums.first) sums.first = sequence;
  if (sums.last === undefined || sequence > sums.last) sums.last = sequence;
  if (sums.before && byItem(sums.before, row) > 0) sums.ordered = false;
  sums.before = row;
}

function contradictionOf(sums: Sums, { lines, first, last, kinds }: Segment): string | undefined {
  if (!sums.ordered) return 'is not sorted by item and sequence';
  if (sums.lines !== lines) return `has ${sums.lines} lines; its manifest says ${lines}`;
  if (sums.first !== first || sums.last !== last) return 'has other first or last sequences than its manifest says';
  const names = new Set([...Object.keys(kinds), ...Object.keys(sums.kinds)]);
  const other = [...names].find((name) => kinds[name] !== sums.kinds[name]);
  return other === undefined ? undefined : `has another count of '${other}' than its manifest says`;
}
