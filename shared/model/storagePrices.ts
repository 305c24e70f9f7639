import type { StorageClass } from './retention.ts';

/** How fast a cold object comes back, and at what price. Expedited is not for DEEP_ARCHIVE. */
export type RestoreTier = 'Expedited' | 'Standard' | 'Bulk';

/** What it costs to get objects of a class back. Dollars. */
interface RetrievalPrice {
  /** A GB. */
  readonly gb: number;
  /** A thousand requests. */
  readonly thousand: number;
}

/** What one class costs. Dollars; bytes; days. */
interface ClassPrice {
  /** A GB-month. */
  readonly storage: number;
  /** A thousand PUT or COPY requests that write into the class. */
  readonly put: number;
  /** A thousand objects that a lifecycle rule moves into the class. */
  readonly transition: number;
  /** Who leaves earlier pays until then. */
  readonly minimumDays: number;
  /** A smaller object is billed as if it had this size. */
  readonly minimumBytes: number;
  /** What S3 adds to each object, billed by this class's price … */
  readonly overheadBytes: number;
  /** … and by Standard's: the name and all that listings tell. */
  readonly overheadStandardBytes: number;
  /** Of a class that is read at once. */
  readonly read?: RetrievalPrice;
  /** Of a class that must be restored first. */
  readonly restore?: Partial<Readonly<Record<RestoreTier, RetrievalPrice & { readonly hours: number }>>>;
}

export type StoragePrices = Readonly<Record<StorageClass, ClassPrice>>;

const KB = 1024;
/** Metadata of an archived object. https://docs.aws.amazon.com/AmazonS3/latest/userguide/glacier-storage-classes.html */
const ARCHIVED = { overheadBytes: 32 * KB, overheadStandardBytes: 8 * KB };
const NO_OVERHEAD = { overheadBytes: 0, overheadStandardBytes: 0 };

/**
 * us-east-1, the first 50 TB, as of 2026-11; hours are the longest that a tier may take.
 * https://aws.amazon.com/s3/pricing/
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html (minimum stay and size)
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html (hours)
 */
export const US_EAST_1: StoragePrices = {
  STANDARD: {
    ...NO_OVERHEAD,
    storage: 0.023,
    put: 0.005,
    transition: 0,
    minimumDays: 0,
    minimumBytes: 0,
    read: { gb: 0, thousand: 0.0004 },
  },
  GLACIER_IR: {
    ...NO_OVERHEAD,
    storage: 0.004,
    put: 0.02,
    transition: 0.02,
    minimumDays: 90,
    minimumBytes: 128 * KB,
    read: { gb: 0.03, thousand: 0.01 },
  },
  GLACIER: {
    ...ARCHIVED,
    storage: 0.0036,
    put: 0.03,
    transition: 0.03,
    minimumDays: 90,
    minimumBytes: 0,
    restore: {
      Expedited: { gb: 0.03, thousand: 10, hours: 5 / 60 },
      Standard: { gb: 0.01, thousand: 0.05, hours: 5 },
      Bulk: { gb: 0, thousand: 0, hours: 12 },
    },
  },
  DEEP_ARCHIVE: {
    ...ARCHIVED,
    storage: 0.00099,
    put: 0.05,
    transition: 0.05,
    minimumDays: 180,
    minimumBytes: 0,
    restore: {
      Standard: { gb: 0.02, thousand: 0.1, hours: 12 },
      Bulk: { gb: 0.0025, thousand: 0.025, hours: 48 },
    },
  },
};
