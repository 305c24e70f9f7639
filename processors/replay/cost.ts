import type { StorageClass } from '../../shared/model/retention.ts';
import type { RestoreTier } from '../../shared/model/storagePrices.ts';
import type { ReplayTo } from '../../shared/state/replays.ts';

/** What is sent. */
export interface Volume {
  readonly events: number;
  /** Of the envelopes as JSON, UTF-8. */
  readonly bytes: number;
  /** Of 64 KB, begun ones too, each event by itself. */
  readonly chunks: number;
}

/*
 * Prices in US dollars, US East (N. Virginia), as published in the middle of 2026:
 * https://aws.amazon.com/eventbridge/pricing/ https://aws.amazon.com/sqs/pricing/ https://aws.amazon.com/s3/pricing/
 * Free tiers are not taken off; what goes out to the internet is not added.
 */
const CHUNK_BYTES = 64 * 1024;
const MILLION = 1_000_000;
/** Custom events, a million chunks. */
const PUT_EVENTS_MILLION = 1;
/** A million requests, each of up to 64 KB. */
const SQS_MILLION = 0.4;
const SQS_FIFO_MILLION = 0.5;
const MESSAGES_A_REQUEST = 10;
const GB = 1024 ** 3;
/** Restored copies lie in Standard, a GB and month. */
const STANDARD_GB_MONTH = 0.023;
const DAYS_A_MONTH = 30;
/** Restores: a GB, and a thousand requests. Bulk restores of GLACIER are free. */
const RESTORES: Partial<Record<StorageClass, Partial<Record<RestoreTier, { gb: number; thousand: number }>>>> = {
  GLACIER: {
    Expedited: { gb: 0.03, thousand: 10 },
    Standard: { gb: 0.01, thousand: 0.05 },
    Bulk: { gb: 0, thousand: 0 },
  },
  DEEP_ARCHIVE: { Standard: { gb: 0.02, thousand: 0.1 }, Bulk: { gb: 0.0025, thousand: 0.025 } },
};
/** The longest that each may take, hours. https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html */
const RESTORE_HOURS: Partial<Record<StorageClass, Partial<Record<RestoreTier, number>>>> = {
  GLACIER: { Expedited: 5 / 60, Standard: 5, Bulk: 12 },
  DEEP_ARCHIVE: { Standard: 12, Bulk: 48 },
};

export const chunksOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / CHUNK_BYTES));

/** What it costs to send it, dollars. */
export function sendingDollars(to: ReplayTo['kind'] | 'fifo', { events, bytes, chunks }: Volume): number {
  if (to === 'bus') return (chunks * PUT_EVENTS_MILLION) / MILLION;
  if (to === 'http' || to === 'file') return 0;
  const requests = Math.max(Math.ceil(events / MESSAGES_A_REQUEST), Math.ceil(bytes / CHUNK_BYTES));
  return (requests * (to === 'fifo' ? SQS_FIFO_MILLION : SQS_MILLION)) / MILLION;
}

type Cold = Readonly<Partial<Record<StorageClass, { readonly objects: number; readonly bytes: number }>>>;

/** What it costs to have cold objects readable for so many days, dollars; undefined where a class has no such tier. */
export function restoringDollars(cold: Cold, { tier, days }: { tier: RestoreTier; days: number }): number | undefined {
  let dollars = 0;
  for (const [storageClass, { objects, bytes }] of Object.entries(cold)) {
    const price = RESTORES[storageClass as StorageClass]?.[tier];
    if (!price) return undefined;
    const copies = (bytes / GB) * STANDARD_GB_MONTH * (days / DAYS_A_MONTH);
    dollars += (bytes / GB) * price.gb + (objects / 1_000) * price.thousand + copies;
  }
  return dollars;
}

/** The longest that a restore may take, hours; undefined where a class has no such tier. */
export function restoringHours(cold: Cold, tier: RestoreTier): number | undefined {
  const hours = Object.keys(cold).map((storageClass) => RESTORE_HOURS[storageClass as StorageClass]?.[tier]);
  return hours.includes(undefined) ? undefined : Math.max(0, ...(hours as number[]));
}
