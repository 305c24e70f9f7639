import { z } from 'zod';
import { AfterwriteError, isAfterwriteError } from '../model/errors.ts';
import type { ArchiveStore } from '../ports/archiveStore.ts';
import { hashOf } from './layout.ts';
import { readText, writeText } from './lines.ts';

/*
 * What is compacted. A manifest is the commit of a compaction: its segments count from the moment that it is there, and the
 * objects that it covers count no more. Numbered without a gap, each names the hash of the one before, and If-None-Match
 * lets one writer have a number. Manifests stay in Standard; they are never changed or removed.
 */

const count = z.number().int().nonnegative();
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const memberSchema = z.strictObject({
  offset: count,
  bytes: count,
  lines: count,
  first: z.string(),
  last: z.string(),
  sha256: hash,
});

const segmentSchema = z.strictObject({
  key: z.string(),
  bytes: count,
  /** Of the object as it is stored. */
  sha256: hash,
  lines: count,
  /** First and last hour of stream time that it holds, epoch milliseconds. */
  from: count,
  to: count,
  /** Least and greatest sequence number. */
  first: z.string(),
  last: z.string(),
  /** Lines by entity, or by type and version of the event. */
  kinds: z.record(z.string(), count),
  /** In the order of items: where one item's lines are. */
  members: z.array(memberSchema),
});

const manifestSchema = z.strictObject({
  v: z.literal(1),
  number: count,
  /** Hash of the manifest before, null for the first. */
  previous: hash.nullable(),
  /** When it was written, epoch milliseconds. */
  at: count,
  segments: z.array(segmentSchema),
  /** Keys of the objects whose lines are in these segments. */
  covers: z.array(z.string()),
});

export type Segment = z.infer<typeof segmentSchema>;
export type Manifest = z.infer<typeof manifestSchema>;

/** A segment, and when its manifest was written, epoch milliseconds. */
export interface WrittenSegment extends Segment {
  readonly at: number;
}

export const writtenSegments = ({ segments, at }: Manifest): WrittenSegment[] =>
  segments.map((segment) => ({ ...segment, at }));

/** All manifests of one dataset, oldest first. */
export interface Chain {
  readonly manifests: readonly Manifest[];
  /** Hash of the last; null while there is none. */
  readonly head: string | null;
}

const DIGITS = 8;
export const manifestKey = (prefix: string, number: number): string =>
  `${prefix}${String(number).padStart(DIGITS, '0')}.json.gz`;

/** Throws ARCHIVE_BROKEN where a manifest is missing, damaged or not the next of the one before. @param prefix of the manifests */
export async function readChain(archive: ArchiveStore, prefix: string): Promise<Chain> {
  const manifests: Manifest[] = [];
  let head: string | null = null;
  for await (const { key } of archive.list(prefix)) {
    const expected = manifestKey(prefix, manifests.length);
    if (key !== expected) throw broken(`${expected} is missing`);
    const { manifest, hash } = await readManifest(archive, key);
    if (manifest.previous !== head || manifest.number !== manifests.length)
      throw broken(`${key} does not follow the manifest before it`);
    manifests.push(manifest);
    head = hash;
  }
  return { manifests, head };
}

/** One, with the hash that the next one names. Throws ARCHIVE_BROKEN. */
export async function readManifest(archive: ArchiveStore, key: string): Promise<{ manifest: Manifest; hash: string }> {
  const text = await readText(archive, key);
  return { manifest: parse(key, text), hash: hashOf(text) };
}

/** False where somebody else had the number first: read the chain again. */
export async function appendManifest(
  archive: ArchiveStore,
  prefix: string,
  { manifests, head }: Chain,
  content: Pick<Manifest, 'at' | 'segments' | 'covers'>,
): Promise<boolean> {
  const manifest: Manifest = { v: 1, number: manifests.length, previous: head, ...content };
  const text = JSON.stringify(manifest);
  try {
    await writeText(archive, manifestKey(prefix, manifest.number), text, hashOf(text));
    return true;
  } catch (error) {
    if (isAfterwriteError(error, 'ARCHIVE_MISMATCH')) return false;
    throw error;
  }
}

function parse(key: string, text: string): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw broken(`${key} is no manifest`, error);
  }
}

const broken = (message: string, cause?: unknown): AfterwriteError =>
  new AfterwriteError('ARCHIVE_BROKEN', message, {
    mend: "restore it from a copy or an older version; 'afterwrite archive audit' lists all that is wrong",
    ...(cause !== undefined && { cause }),
  });
