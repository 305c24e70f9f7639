import { appendManifest, type Chain, readChain, type Segment } from '../../shared/archive/manifest.ts';
import { readAhead } from '../../shared/archive/readAhead.ts';
import { type Row, readRows, sortedOnce } from '../../shared/archive/rows.ts';
import { coveredBy, type Shelf } from '../../shared/archive/shelf.ts';
import { SNAPSHOT_AT } from '../../shared/archive/snapshot.ts';
import { COMPRESSION } from '../../shared/model/storageRules.ts';
import { HOUR_MS } from '../../shared/model/time.ts';
import { isSettled, looseOf } from './loose.ts';
import { writeSegment } from './writeSegment.ts';

/*
 * Objects become segments. States of an object: loose (it counts) -> covered (a manifest names it: its segment counts) ->
 * removed, when the manifest has been there for so long that nobody reads by an older chain.
 *
 * Killed anywhere, it leaves loose objects, and at worst a segment that no manifest names: the same again is the same key.
 * Of two at once, one has the manifest's number, and the other looks again at what is still loose.
 */

export interface CompactOptions {
  /** How large a segment shall be before it is compressed, bytes. */
  readonly segmentBytes: number;
  /** A smaller one is made of what is older than this, milliseconds of stream time. */
  readonly patienceMs: number;
  /** Small ones too, and of the hour that runs: what comes into it later makes a supplement. */
  readonly everything?: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly signal?: AbortSignal;
  readonly onSegment?: (segment: Segment) => void;
}

export interface Compacted {
  segments: number;
  /** Objects that were covered, and lines that are in the segments now. */
  objects: number;
  lines: number;
  /** Covered objects that were removed. */
  removed: number;
}

/** Longer than any reader holds on to the chain that it has read. */
export const REMOVED_AFTER_MS = 24 * HOUR_MS;

/** Compacts whole hours that are over, and removes what was compacted long ago. Safe to repeat, and at once. */
export async function compact(shelf: Shelf, options: CompactOptions): Promise<Compacted> {
  const compacted: Compacted = { segments: 0, objects: 0, lines: 0, removed: 0 };
  let chain = await readChain(shelf.archive, shelf.manifests);
  compacted.removed = await removeCovered(shelf, chain, options);
  for (;;) {
    const portion = await nextPortion(shelf, chain, options);
    if (!portion || options.signal?.aborted) return compacted;
    const segment = await writeSegment(shelf, sortedOnce(portion.rows), portion.hours);
    const content = { at: options.now, segments: [segment], covers: portion.keys };
    const next = await appendManifest(shelf.archive, shelf.manifests, chain, content);
    chain = next ?? (await readChain(shelf.archive, shelf.manifests));
    if (!next) continue;
    compacted.segments++;
    compacted.objects += portion.keys.length;
    compacted.lines += segment.lines;
    options.onSegment?.(segment);
  }
}

/** Objects that become one segment. */
interface Portion {
  readonly keys: string[];
  readonly rows: Row[];
  readonly hours: { from: number; to: number };
}

/**
 * The oldest loose objects, whole hours, until they make a segment; an hour that makes several is cut. What came after its
 * hour was compacted is not mixed with what is new, nor is a snapshot: a reader must read side by side what shares hours.
 */
async function nextPortion(shelf: Shelf, chain: Chain, options: CompactOptions): Promise<Portion | undefined> {
  const { segmentBytes, everything } = options;
  let compactedTo = -1;
  for (const { segments } of chain.manifests) for (const { to } of segments) compactedTo = Math.max(compactedTo, to);
  if (!everything && !(await isWorthReading(shelf, chain, compactedTo, options))) return undefined;
  let portion: Portion | undefined;
  let bytes = 0;
  const reading = readAhead(compactable(shelf, chain, options), ({ key }) => readRows(shelf.archive, key, shelf.place));
  for await (const [{ key, hour }, rows] of reading) {
    if (portion && hour !== portion.hours.to) {
      const late = portion.hours.from <= compactedTo;
      const isSnapshot = portion.hours.to === SNAPSHOT_AT;
      if (bytes >= segmentBytes || isSnapshot || (late && hour > compactedTo)) return portion;
    }
    portion ??= { keys: [], rows: [], hours: { from: hour, to: hour } };
    portion.keys.push(key);
    for (const row of rows) {
      portion.rows.push(row);
      bytes += Buffer.byteLength(row.line) + 1;
    }
    portion.hours.to = hour;
    if (bytes >= 2 * segmentBytes) return portion;
  }
  if (!portion || everything) return portion;
  return bytes >= segmentBytes || isPatienceOver(portion.hours.from, options) ? portion : undefined;
}

/** Oldest first. */
async function* compactable(shelf: Shelf, chain: Chain, { everything, now }: CompactOptions) {
  for await (const object of looseOf(shelf, chain)) {
    if (!everything && !isSettled(object.hour, now)) return;
    yield object;
  }
}

const isPatienceOver = (hour: number, { patienceMs, now }: CompactOptions): boolean =>
  hour + HOUR_MS + patienceMs <= now;

/** Whether what is loose may make a segment, by the list alone: else all of it would be read each time that somebody looks. */
async function isWorthReading(
  shelf: Shelf,
  chain: Chain,
  compactedTo: number,
  options: CompactOptions,
): Promise<boolean> {
  let oldest: number | undefined;
  let bytes = 0;
  for await (const { hour, bytes: packed } of compactable(shelf, chain, options)) {
    oldest ??= hour;
    bytes += packed * COMPRESSION;
    if (bytes >= options.segmentBytes || isPatienceOver(oldest, options)) return true;
    if (oldest <= compactedTo && hour > compactedTo) return true;
  }
  return false;
}

/** Returns how many. */
async function removeCovered(
  { archive, objects }: Shelf,
  { manifests }: Chain,
  { now }: CompactOptions,
): Promise<number> {
  const old = coveredBy(manifests.filter(({ at }) => at + REMOVED_AFTER_MS <= now));
  if (old.size === 0) return 0;
  let removed = 0;
  for await (const { key } of archive.list(objects)) {
    if (!old.has(key)) continue;
    await archive.remove(key);
    removed++;
  }
  return removed;
}
