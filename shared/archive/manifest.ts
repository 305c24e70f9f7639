import * as z from 'zod';
import { AfterwriteError, isAfterwriteError } from '../model/errors.ts';
import type { ArchiveStore } from '../ports/archiveStore.ts';
import { hashOf } from './layout.ts';
import { readText, writeText } from './lines.ts';

/*
 * What is compacted. A manifest is the commit of a compaction: its segments count from the moment that it is there, and the
 * objects that it covers count no more. Numbered without a gap, each names the hash of the one before, and If-None-Match
 * lets one writer have a number. Manifests stay in Standard; they are never changed or removed.
 *
 * One of version 2 is a step of an erasure: segments that it replaces count no more either, and what it lacks of theirs is
 * no hole.
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

/** What an erasure has taken, and never what that was. */
const erasureSchema = z.strictObject({
  id: z.string(),
  /** Hash of whom it was about. */
  subject: hash,
  reason: z.string().exactOptional(),
  /** Lines that its segments lack of what they stand for. */
  lines: count,
  /** The same, of the journal: by shard and hour of stream time (its start, epoch ms), of users' items and derived ones. */
  shards: z.array(z.strictObject({ stream: z.string(), shard: z.string(), hour: count, user: count, derived: count })),
  /** In its first manifest: ids of bundles that go as a whole. */
  bundles: z.array(z.string()).exactOptional(),
  /** In its last one: what went beside lines. An erasure without it was cut off. */
  ended: z.strictObject({ items: count, claims: count }).exactOptional(),
});

const contentSchema = z.strictObject({
  number: count,
  /** Hash of the manifest before, null for the first. */
  previous: hash.nullable(),
  /** When it was written, epoch milliseconds. */
  at: count,
  segments: z.array(segmentSchema),
  /** Keys of the objects whose lines are in these segments. */
  covers: z.array(z.string()),
});

const manifestSchema = z.discriminatedUnion('v', [
  contentSchema.extend({ v: z.literal(1) }),
  contentSchema.extend({
    v: z.literal(2),
    /** Keys of segments that count no more: what is left of their lines is in these. */
    replaces: z.array(z.string()),
    erasure: erasureSchema,
  }),
]);

export type Segment = z.infer<typeof segmentSchema>;
export type Manifest = z.infer<typeof manifestSchema>;
export type Erasure = z.infer<typeof erasureSchema>;

/** What a writer says; with an erasure it is of version 2. */
export interface ManifestContent extends Pick<Manifest, 'at' | 'segments' | 'covers'> {
  readonly erasing?: { readonly replaces: string[]; readonly erasure: Erasure };
}

/** A segment, and when its manifest was written, epoch milliseconds. */
export interface WrittenSegment extends Segment {
  readonly at: number;
}

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

/** The chain with it; undefined where somebody else had the number first: read the chain again. */
export async function appendManifest(
  archive: ArchiveStore,
  prefix: string,
  { manifests, head }: Chain,
  { erasing, ...content }: ManifestContent,
): Promise<Chain | undefined> {
  const common = { number: manifests.length, previous: head, ...content };
  const manifest: Manifest = erasing ? { v: 2, ...common, ...erasing } : { v: 1, ...common };
  const text = JSON.stringify(manifest);
  const hash = hashOf(text);
  try {
    await writeText(archive, manifestKey(prefix, manifest.number), text, hash);
    return { manifests: [...manifests, manifest], head: hash };
  } catch (error) {
    if (isAfterwriteError(error, 'ARCHIVE_MISMATCH')) return undefined;
    throw error;
  }
}

export const writtenSegments = ({ segments, at }: Manifest): WrittenSegment[] =>
  segments.map((segment) => ({ ...segment, at }));

/** Segments that count no more since this manifest. */
export const replacedBy = (manifest: Manifest): readonly string[] => (manifest.v === 2 ? manifest.replaces : []);

/** Segments that count, by key. One that was replaced counts again where a later manifest names it: its lines came again. */
export function standingSegments(manifests: readonly Manifest[]): Map<string, WrittenSegment> {
  const standing = new Map<string, WrittenSegment>();
  for (const manifest of manifests) {
    for (const key of replacedBy(manifest)) standing.delete(key);
    for (const segment of writtenSegments(manifest)) standing.set(segment.key, segment);
  }
  return standing;
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
