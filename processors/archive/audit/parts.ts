import { hourlyPlace } from '../../../shared/archive/layout.ts';
import {
  type Manifest,
  replacedBy,
  type Segment,
  type WrittenSegment,
  writtenSegments,
} from '../../../shared/archive/manifest.ts';
import { coveredBy, type Shelf } from '../../../shared/archive/shelf.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import { auditChain } from './chain.ts';
import type { Look } from './look.ts';

/** What an hourly dataset says that it holds: a segment, or an object that none stands for yet. */
export interface AuditedPart {
  readonly shelf: Shelf;
  readonly key: string;
  readonly segment: Segment | undefined;
  /** Not there: let go, its declared life being over, or else a finding of its own. Nothing can be said of its hours. */
  readonly gone?: boolean;
  /** First and last hour of stream time, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

export interface AuditedShelf {
  readonly shelf: Shelf;
  readonly manifests: readonly Manifest[];
  readonly parts: readonly AuditedPart[];
  /** Segments that are there, and that no manifest names. */
  readonly orphans: readonly string[];
}

/** The chain is read first: what is compacted in between is looked at as it was. */
export async function partsOfShelf(look: Look, shelf: Shelf): Promise<AuditedShelf> {
  const manifests = await auditChain(look, shelf.manifests);
  const segments = namedOnce(look, manifests);
  const replaced = new Set(manifests.flatMap(replacedBy));
  const parts: AuditedPart[] = [];
  const orphans: string[] = [];
  const there = new Set<string>();
  for await (const { key, bytes } of look.archive.list(shelf.segments)) {
    const segment = segments.get(key);
    there.add(key);
    if (!segment && replaced.has(key)) look.find('UNERASED', key, 'was replaced by an erasure, and is there still');
    else if (!segment) orphans.push(key);
    else if (bytes !== segment.bytes)
      look.find('SEGMENT_DAMAGED', key, `has ${bytes} bytes; its manifest says ${segment.bytes}`);
  }
  for (const [key, segment] of segments) {
    const gone = !there.has(key);
    parts.push({ shelf, key, segment, from: segment.from, to: segment.to, gone });
    if (gone && !shelf.isOver(segment.at)) look.find('SEGMENT_MISSING', key, `is not there: ${segment.lines} lines`);
  }
  return { shelf, manifests, parts: [...parts, ...(await looseParts(look, shelf, manifests))], orphans };
}

/** A supplement may hold the very lines of a segment of the same hours, and is then the same object: read once. */
function namedOnce(look: Look, manifests: readonly Manifest[]): Map<string, WrittenSegment> {
  const segments = new Map<string, WrittenSegment>();
  for (const manifest of manifests) {
    for (const key of replacedBy(manifest)) segments.delete(key);
    for (const segment of writtenSegments(manifest)) {
      if (segments.has(segment.key))
        look.find('DUPLICATE', segment.key, `is named by two manifests: ${segment.lines} lines are there once more`);
      segments.set(segment.key, segment);
    }
  }
  return segments;
}

async function looseParts(look: Look, shelf: Shelf, manifests: readonly Manifest[]): Promise<AuditedPart[]> {
  const covered = coveredBy(manifests);
  const parts: AuditedPart[] = [];
  for await (const { key } of look.archive.list(shelf.objects)) {
    if (covered.has(key)) continue;
    const hour = hourOf(key);
    if (hour === undefined) look.find('FOREIGN', key, 'is no hourly object by its name');
    else parts.push({ shelf, key, segment: undefined, from: hour, to: hour });
  }
  return parts;
}

function hourOf(key: string): number | undefined {
  try {
    return hourlyPlace(key).hour;
  } catch (error) {
    if (!isAfterwriteError(error, 'ARCHIVE_BROKEN')) throw error;
    return undefined;
  }
}

/** Parts that share hours come together, in the order of time. */
export function windowsOf(parts: readonly AuditedPart[]): AuditedPart[][] {
  const windows: AuditedPart[][] = [];
  let until = Number.NEGATIVE_INFINITY;
  for (const part of parts.toSorted((a, b) => a.from - b.from)) {
    if (part.from > until) windows.push([]);
    windows[windows.length - 1]?.push(part);
    until = Math.max(until, part.to);
  }
  return windows;
}
