import { hourlyPlace } from '../../shared/archive/layout.ts';
import { type Chain, readChain } from '../../shared/archive/manifest.ts';
import { coveredBy, type Shelf } from '../../shared/archive/shelf.ts';
import { HOUR_MS } from '../../shared/model/time.ts';

/** How long after its end an hour's objects may still come, as a rule. What comes later makes a supplement. */
const SETTLED_MS = 15 * 60_000;

/** @param hour its start, epoch milliseconds of stream time */
export const isSettled = (hour: number, now: number): boolean => hour + HOUR_MS + SETTLED_MS <= now;

/** Objects that no segment holds yet, oldest first. */
export async function* looseOf(
  { archive, objects }: Shelf,
  { manifests }: Chain,
): AsyncIterable<{ key: string; hour: number; bytes: number }> {
  const covered = coveredBy(manifests);
  for await (const { key, bytes } of archive.list(objects))
    if (!covered.has(key)) yield { key, hour: hourlyPlace(key).hour, bytes };
}

/** What a compaction has left as it was, and why. */
export interface Left {
  /** Of hours that are not over, or only just. */
  unsettled: number;
  /** Too few for a segment yet. */
  few: number;
  /** Gzipped, of both. */
  bytes: number;
}

export async function leftLoose(shelf: Shelf, now: number): Promise<Left> {
  const left: Left = { unsettled: 0, few: 0, bytes: 0 };
  for await (const { hour, bytes } of looseOf(shelf, await readChain(shelf.archive, shelf.manifests))) {
    if (isSettled(hour, now)) left.few++;
    else left.unsettled++;
    left.bytes += bytes;
  }
  return left;
}
