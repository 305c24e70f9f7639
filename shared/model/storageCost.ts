import type { StorageClass } from './retention.ts';
import { type RestoreTier, type StoragePrices, US_EAST_1 } from './storagePrices.ts';

/* Dollars, before taxes, free tiers and traffic. */

/** So many objects of one size. */
export interface Objects {
  readonly count: number;
  /** Of each. */
  readonly bytes: number;
}

/** What S3 bills as a GB. */
export const GB = 1024 ** 3;
/** A mean month: a year has 365.25 days. */
export const MONTH_DAYS = 365.25 / 12;

/** Keeping objects in a class: at least its minimum stay, at least its minimum size, and its overhead. */
export function keepingCost(
  { count, bytes }: Objects,
  storageClass: StorageClass,
  days: number,
  prices: StoragePrices = US_EAST_1,
): number {
  const price = prices[storageClass];
  const months = Math.max(days, price.minimumDays) / MONTH_DAYS;
  const own = Math.max(bytes, price.minimumBytes) + price.overheadBytes;
  const dollars = own * price.storage + price.overheadStandardBytes * prices.STANDARD.storage;
  return ((count * dollars) / GB) * months;
}

/** Writing objects straight into a class. */
export const writingCost = (count: number, storageClass: StorageClass, prices: StoragePrices = US_EAST_1): number =>
  (count / 1000) * prices[storageClass].put;

/** Moving objects to a class by a lifecycle rule. */
export const movingCost = (count: number, storageClass: StorageClass, prices: StoragePrices = US_EAST_1): number =>
  (count / 1000) * prices[storageClass].transition;

/** Reading objects of a class that is read at once, or restored copies of another, which lie in Standard. */
export function readingCost(
  { count, bytes }: Objects,
  storageClass: StorageClass,
  prices: StoragePrices = US_EAST_1,
): number {
  const price = prices[storageClass].read ?? prices.STANDARD.read;
  return price ? (count / 1000) * price.thousand + ((count * bytes) / GB) * price.gb : 0;
}

/** Restoring objects for so many days: requests, bytes, and the copies, which lie in Standard. 0 for what needs none; undefined where the class has no such tier. */
export function restoringCost(
  { count, bytes }: Objects,
  storageClass: StorageClass,
  { tier, days }: { tier: RestoreTier; days: number },
  prices: StoragePrices = US_EAST_1,
): number | undefined {
  const { restore } = prices[storageClass];
  if (!restore) return 0;
  const price = restore[tier];
  if (!price) return undefined;
  const retrieval = (count / 1000) * price.thousand + ((count * bytes) / GB) * price.gb;
  return retrieval + keepingCost({ count, bytes }, 'STANDARD', days, prices);
}

/** The longest that it takes until a restored object can be read, hours; undefined where the class has no such tier. */
export function restoringHours(
  storageClass: StorageClass,
  tier: RestoreTier,
  prices: StoragePrices = US_EAST_1,
): number | undefined {
  const { restore } = prices[storageClass];
  return restore ? restore[tier]?.hours : 0;
}

/** Where objects lie from the day that they are written until they are let go. */
export interface Stay {
  /** Where they move to, after so many days in Standard. */
  readonly storageClass: StorageClass;
  readonly afterDays: number;
  /** Days in all. */
  readonly lifeDays: number;
}

/** A whole life: Standard until the move, the move, and the class from then on. The first PUT is not counted: every life begins with it. */
export function lifeCost(
  objects: Objects,
  { storageClass, afterDays, lifeDays }: Stay,
  prices: StoragePrices = US_EAST_1,
): number {
  if (storageClass === 'STANDARD') return keepingCost(objects, 'STANDARD', lifeDays, prices);
  return (
    keepingCost(objects, 'STANDARD', afterDays, prices) +
    movingCost(objects.count, storageClass, prices) +
    keepingCost(objects, storageClass, lifeDays - afterDays, prices)
  );
}

const LARGEST_OBJECT = 5 * 1024 * GB;

/**
 * The least size from which a move saves, bytes; undefined where none does. Below the least size that is billed the class
 * costs the same for all, above it the saving is a straight line from below 0: it passes 0 once at most.
 */
export function payingBytes(stay: Stay, prices: StoragePrices = US_EAST_1): number | undefined {
  const saves = (bytes: number): boolean => saving({ count: 1, bytes }, stay, prices) > 0;
  if (!saves(LARGEST_OBJECT)) return undefined;
  let [low, high] = [0, LARGEST_OBJECT];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (saves(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What a move saves over staying in Standard; below 0 it costs more. */
export const saving = (objects: Objects, stay: Stay, prices: StoragePrices = US_EAST_1): number =>
  lifeCost(objects, { ...stay, storageClass: 'STANDARD' }, prices) - lifeCost(objects, stay, prices);
