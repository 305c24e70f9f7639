import pMap from 'p-map';
import { AfterwriteError } from '../model/errors.ts';
import { DAY_MS, isCold } from '../model/retention.ts';
import { restoringCost, restoringHours } from '../model/storageCost.ts';
import type { RestoreTier, StoragePrices } from '../model/storagePrices.ts';
import type { ArchivedObject, ArchiveStore, Readability } from '../ports/archiveStore.ts';
import { type Hours, isWithin } from './history.ts';
import { readChain, standingSegments } from './manifest.ts';
import type { Shelf } from './shelf.ts';

/** A cold object, and how far it is on its way back. */
export interface ColdObject extends ArchivedObject {
  readonly readability: Readability;
}

interface RestoreAsk {
  readonly tier: RestoreTier;
  /** How long the copies can be read. */
  readonly days: number;
}

/** What asking for objects comes to: those alone that nobody has asked for yet. */
export interface RestoreEstimate {
  readonly objects: number;
  readonly bytes: number;
  readonly dollars: number;
  /** The longest that it takes until all can be read; 0 where all can be read now. */
  readonly hours: number;
}

const AT_ONCE = 16;

/** The segments that count, of these hours of stream time, as far as they are cold. One request each. */
export async function coldSegments({ archive, manifests, segments }: Shelf, hours: Hours = {}): Promise<ColdObject[]> {
  const chain = await readChain(archive, manifests);
  const wanted = new Set(
    [...standingSegments(chain.manifests).values()].filter((segment) => isWithin(segment, hours)).map(({ key }) => key),
  );
  return coldAmong(archive, archive.list(segments), (key) => wanted.has(key));
}

/** What is cold of these. One request each. */
export async function coldAmong(
  archive: ArchiveStore,
  objects: AsyncIterable<ArchivedObject>,
  isWanted: (key: string) => boolean = () => true,
): Promise<ColdObject[]> {
  const found: ArchivedObject[] = [];
  for await (const object of objects) if (isCold(object.storageClass) && isWanted(object.key)) found.push(object);
  const look = async (object: ArchivedObject): Promise<ColdObject> => ({
    ...object,
    readability: await archive.readability(object.key),
  });
  return pMap(found, look, { concurrency: AT_ONCE });
}

/** Throws USAGE where a class does not come back by this tier. */
export function restoreEstimate(
  objects: readonly ColdObject[],
  ask: RestoreAsk,
  prices: StoragePrices,
): RestoreEstimate {
  const estimate = { objects: 0, bytes: 0, dollars: 0, hours: 0 };
  for (const { bytes, storageClass, readability } of objects) {
    if (readability.state === 'restored') continue;
    const hours = restoringHours(storageClass, ask.tier, prices);
    if (readability.state === 'restoring') {
      // Somebody has asked by a tier that is not known: it comes as late as the slowest does.
      estimate.hours = Math.max(estimate.hours, restoringHours(storageClass, 'Bulk', prices) ?? 0);
      continue;
    }
    const dollars = restoringCost({ count: 1, bytes }, storageClass, ask, prices);
    if (hours === undefined || dollars === undefined)
      throw new AfterwriteError('USAGE', `${storageClass} does not come back by the tier ${ask.tier}`, {
        mend: 'use --tier Standard or --tier Bulk',
      });
    estimate.objects++;
    estimate.bytes += bytes;
    estimate.dollars += dollars;
    estimate.hours = Math.max(estimate.hours, hours);
  }
  return estimate;
}

/**
 * Asks for what is cold, and for more days of what would be cold again before the days are over. Asking again, or from where
 * somebody was killed, changes nothing for what is on its way.
 * @param now epoch milliseconds
 */
export async function askForAll(
  archive: ArchiveStore,
  objects: readonly ColdObject[],
  ask: RestoreAsk,
  now: number,
): Promise<void> {
  const isDue = ({ readability }: ColdObject): boolean =>
    readability.state === 'cold' || (readability.state === 'restored' && readability.until < now + ask.days * DAY_MS);
  await pMap(objects.filter(isDue), ({ key }) => archive.restore(key, ask), { concurrency: AT_ONCE });
}
