import { segmentKey } from '../../shared/archive/layout.ts';
import { putBody } from '../../shared/archive/lines.ts';
import type { Segment } from '../../shared/archive/manifest.ts';
import { packMembers } from '../../shared/archive/members.ts';
import type { Row } from '../../shared/archive/rows.ts';
import type { Shelf } from '../../shared/archive/shelf.ts';

/** Lines as a segment, written and proven; nobody reads it before a manifest names it. @param rows sorted, each once */
export async function writeSegment(
  shelf: Shelf,
  rows: readonly Row[],
  { from, to }: { from: number; to: number },
): Promise<Segment> {
  const { body, members } = await packMembers(rows);
  const kinds: Record<string, number> = {};
  let [first, last] = [rows[0]?.sequence ?? '', rows[0]?.sequence ?? ''];
  for (const { kind, sequence } of rows) {
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (sequence < first) first = sequence;
    if (sequence > last) last = sequence;
  }
  const { key, hash } = await putBody(shelf.archive, body, (hash) => segmentKey(shelf.segments, { from, to }, hash));
  return { key, bytes: body.length, sha256: hash, lines: rows.length, from, to, first, last, kinds, members };
}
