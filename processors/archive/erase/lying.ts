import { type Chain, replacedBy, standingSegments, type WrittenSegment } from '../../../shared/archive/manifest.ts';
import { readMember } from '../../../shared/archive/members.ts';
import { type Row, readRows, rowsOf } from '../../../shared/archive/rows.ts';
import { coveredBy, type Shelf } from '../../../shared/archive/shelf.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';

/**
 * An object of an hourly dataset as it lies there. States: `object` (its lines count) -> `covered` (a segment stands for it);
 * `stray` (a segment that no manifest has named) -> `segment` (its lines count) -> `replaced` (an erasure's stand for it).
 */
export interface Lying {
  readonly key: string;
  readonly state: 'object' | 'covered' | 'stray' | 'segment' | 'replaced';
  readonly segment: WrittenSegment | undefined;
}

/** All of it: what counts, and what only lies there still. */
export async function lyingIn({ archive, objects, segments }: Shelf, { manifests }: Chain): Promise<Lying[]> {
  const standing = standingSegments(manifests);
  const replaced = new Set(manifests.flatMap(replacedBy));
  const covered = coveredBy(manifests);
  const lying: Lying[] = [];
  for await (const { key } of archive.list(segments)) {
    const segment = standing.get(key);
    lying.push({ key, segment, state: segment ? 'segment' : replaced.has(key) ? 'replaced' : 'stray' });
  }
  for await (const { key } of archive.list(objects))
    lying.push({ key, segment: undefined, state: covered.has(key) ? 'covered' : 'object' });
  return lying;
}

/**
 * Its lines, of a segment a member at a time. Throws ARCHIVE_BROKEN, ARCHIVE_COLD; where it is gone meanwhile ARCHIVE_MOVED or NOT_FOUND.
 * @param mayHold of a segment, which members are read
 */
export async function* rowsLying(
  { archive, read }: Shelf,
  { key, segment }: Lying,
  mayHold: (member: { first: string; last: string }) => boolean = () => true,
): AsyncIterable<Row[]> {
  if (!segment) yield await readRows(archive, key, read);
  else
    for (const member of segment.members)
      if (mayHold(member)) yield rowsOf(key, await readMember(archive, key, member), read);
}

/** What was there when it was listed, and is not: somebody has compacted or erased it. */
export const isGone = (error: unknown): boolean =>
  isAfterwriteError(error, 'ARCHIVE_MOVED') || isAfterwriteError(error, 'NOT_FOUND');
