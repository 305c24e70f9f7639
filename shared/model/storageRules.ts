import { wrong } from './errors.ts';
import type { Collection, StorageClass } from './retention.ts';
import { keepingCost, lifeCost, movingCost, payingBytes, type Stay, saving } from './storageCost.ts';
import { type StoragePrices, US_EAST_1 } from './storagePrices.ts';

/** How long one dataset is kept, and where. Days count from when an object was written. */
export interface DatasetLife {
  /** Its segments move there; absent: they stay in Standard. Loose objects never move. */
  readonly storageClass?: StorageClass;
  /** When they move; absent: the next day. */
  readonly afterDays?: number;
  /** Then the archive lets go; absent: never. */
  readonly lifeDays?: number;
}

/** Who may write it may not erase it before: not even the account's owner where the mode is COMPLIANCE. */
export interface LockRule {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  /** From when an object was written. */
  readonly days: number;
}

/** What a system says about its archive. Every part has a default: all in Standard, kept for ever. */
export interface ArchiveDeclaration {
  readonly journal?: DatasetLife;
  readonly events?: DatasetLife;
  /** Absent: as long as the events that name them. */
  readonly claims?: Pick<DatasetLife, 'lifeDays'>;
  /** What waits for the bus; absent: until it is published. */
  readonly spill?: Pick<DatasetLife, 'lifeDays'>;
  readonly compaction?: {
    /** How large a segment shall be before it is compressed. */
    readonly segmentBytes?: number;
    /** A smaller one is made of what is older than this. */
    readonly patienceDays?: number;
  };
  /** What rules are judged by; absent: us-east-1's. */
  readonly prices?: StoragePrices;
  /** A key of KMS: its id, ARN or alias; absent: S3's own key. */
  readonly encryption?: { readonly kmsKeyId: string };
  /** Object Lock of the bucket, which then keeps versions. It can't be turned off again; absent: none. */
  readonly lock?: LockRule;
}

/** The same, checked and complete. */
export interface ArchiveRules {
  readonly journal: DatasetLife;
  readonly events: DatasetLife;
  readonly claims: Pick<DatasetLife, 'lifeDays'>;
  readonly spill: Pick<DatasetLife, 'lifeDays'>;
  readonly compaction: { readonly segmentBytes: number; readonly patienceDays: number };
  readonly prices: StoragePrices;
  readonly encryption?: { readonly kmsKeyId: string };
  readonly lock?: LockRule;
}

const MB = 1024 * 1024;
/** Compressed some megabytes, where cold storage pays by far. */
const SEGMENT_BYTES = 64_000_000;
/** The compactor holds the lines of two segments in memory. */
const LARGEST_SEGMENT = 512 * MB;
const PATIENCE_DAYS = 1;
/** A hundred years, S3's own limit. */
const LONGEST_LOCK_DAYS = 36_500;
/** A bus that is out for longer than this is gone. */
const LEAST_SPILL_DAYS = 30;
/** Journal and events are compressed to about an eighth. */
export const COMPRESSION = 8;
/** What is kept for ever is judged by this long. */
export const FOR_EVER_DAYS = 3_650;
/** Where a collection does not say how large its bundles are. Below it S3's own rules move nothing. */
const BUNDLE_BYTES = 128 * 1024;

/** Throws DECLARATION_WRONG, where a rule would cost more than it saves with the arithmetic. */
export function archiveRules(declared: ArchiveDeclaration = {}, retention: readonly Collection[] = []): ArchiveRules {
  const { journal = {}, events = {}, prices = US_EAST_1, compaction = {} } = declared;
  const { segmentBytes = SEGMENT_BYTES, patienceDays = PATIENCE_DAYS } = compaction;
  whole('archive.compaction.segmentBytes', segmentBytes, 1, LARGEST_SEGMENT);
  whole('archive.compaction.patienceDays', patienceDays, 0);
  for (const [name, life] of Object.entries({ journal, events }))
    checkLife(`archive.${name}`, life, Math.ceil(segmentBytes / COMPRESSION), prices);
  for (const { name, storageClass, lifeDays, bundleBytes } of retention)
    checkLife(`retention.${name}`, { storageClass, afterDays: 0, lifeDays }, bundleBytes ?? BUNDLE_BYTES, prices);
  const { claims = lifeOnly(events), spill = {} } = declared;
  checkLife('archive.claims', claims, 0, prices);
  if (claims.lifeDays !== undefined && claims.lifeDays < (events.lifeDays ?? Number.POSITIVE_INFINITY))
    throw wrong('archive.claims.lifeDays', 'events would name claims that are gone', 'keep claims as long as events');
  if (spill.lifeDays !== undefined) whole('archive.spill.lifeDays', spill.lifeDays, LEAST_SPILL_DAYS);
  const { encryption, lock } = declared;
  if (encryption && encryption.kmsKeyId.trim() === '')
    throw wrong('archive.encryption.kmsKeyId', 'it is empty', "give a key's id, ARN or alias, or leave it out");
  if (lock) checkLock(lock, { journal, events, claims, spill }, retention);
  return {
    journal,
    events,
    claims,
    spill,
    compaction: { segmentBytes, patienceDays },
    prices,
    ...(encryption && { encryption }),
    ...(lock && { lock }),
  };
}

/** S3 lets nothing go that is locked. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html */
function checkLock(
  { days }: LockRule,
  datasets: Readonly<Record<string, Pick<DatasetLife, 'lifeDays'>>>,
  retention: readonly Collection[],
): void {
  whole('archive.lock.days', days, 1, LONGEST_LOCK_DAYS);
  const lives = [
    ...Object.entries(datasets).map(([name, { lifeDays }]) => ({ path: `archive.${name}`, lifeDays })),
    ...retention.map(({ name, lifeDays }) => ({ path: `retention.${name}`, lifeDays })),
  ];
  for (const { path, lifeDays } of lives)
    if (lifeDays !== undefined && lifeDays < days)
      throw wrong(
        'archive.lock.days',
        `${digits(days)} days are longer than ${path} is kept (${digits(lifeDays)})`,
        'lock for as long as the shortest life, or keep it longer',
      );
}

const lifeOnly = ({ lifeDays }: DatasetLife): Pick<DatasetLife, 'lifeDays'> =>
  lifeDays === undefined ? {} : { lifeDays };

/** The stay that a life asks for; undefined where nothing moves. */
export const stayOf = ({ storageClass = 'STANDARD', afterDays = 1, lifeDays }: DatasetLife): Stay | undefined =>
  storageClass === 'STANDARD' ? undefined : { storageClass, afterDays, lifeDays: lifeDays ?? FOR_EVER_DAYS };

function checkLife(path: string, life: DatasetLife, bytes: number, prices: StoragePrices): void {
  if (life.lifeDays !== undefined) whole(`${path}.lifeDays`, life.lifeDays, 1);
  if (life.afterDays !== undefined) whole(`${path}.afterDays`, life.afterDays, 0);
  if (life.storageClass !== undefined && !Object.hasOwn(prices, life.storageClass))
    throw wrong(`${path}.storageClass`, 'no such class', `take one of: ${Object.keys(prices).join(', ')}`);
  const stay = stayOf(life);
  if (!stay) return;
  if (stay.afterDays >= stay.lifeDays)
    throw wrong(
      `${path}.afterDays`,
      `they would move after ${stay.afterDays} days, and are let go after ${stay.lifeDays}`,
      "leave out 'storageClass', or keep them longer",
    );
  const objects = { count: 1_000, bytes };
  if (saving(objects, stay, prices) > 0) return;
  const least = payingBytes(stay, prices);
  throw wrong(
    `${path}.storageClass`,
    `${stay.storageClass} would cost more than it saves: ${arithmetic(objects.bytes, stay, prices)}`,
    least === undefined
      ? "leave out 'storageClass', move them earlier, or keep them longer: no size pays for so short a stay"
      : `leave out 'storageClass', or make objects of at least ${digits(least)} bytes: larger segments or collections`,
  );
}

/** What a thousand objects cost by a rule, and without it. */
function arithmetic(bytes: number, stay: Stay, prices: StoragePrices): string {
  const objects = { count: 1_000, bytes };
  const { storageClass, afterDays, lifeDays } = stay;
  const { minimumDays, minimumBytes } = prices[storageClass];
  const days = lifeDays - afterDays;
  const floor = [
    ...(days < minimumDays ? [`billed as ${minimumDays} days`] : []),
    ...(bytes < minimumBytes ? [`billed as ${digits(minimumBytes)} bytes each`] : []),
  ].join(', ');
  const parts = [
    `${dollars(keepingCost(objects, 'STANDARD', afterDays, prices))} for ${afterDays} days in STANDARD`,
    `${dollars(movingCost(objects.count, storageClass, prices))} for the move`,
    `${dollars(keepingCost(objects, storageClass, days, prices))} for ${days} days there${floor && ` (${floor})`}`,
  ];
  const moved = dollars(lifeCost(objects, stay, prices));
  const stayed = dollars(lifeCost(objects, { ...stay, storageClass: 'STANDARD' }, prices));
  return `1,000 objects of ${digits(bytes)} bytes, kept ${digits(lifeDays)} days, cost ${parts.join(' + ')} = ${moved}, and ${stayed} in STANDARD`;
}

const digits = (n: number): string => n.toLocaleString('en-US');
/** Four digits: such sums are small. */
const dollars = (n: number): string =>
  `$${Number(n.toPrecision(4)).toLocaleString('en-US', { maximumFractionDigits: 9 })}`;

function whole(path: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw wrong(
      path,
      `${value} is no whole number from ${digits(least)}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${digits(most)}`}`,
      'give one',
    );
}
