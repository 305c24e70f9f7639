import * as z from 'zod';
import { isChecksumAlgorithm } from './checksums.ts';

/** How long a version can't be deleted; `until` in ms since the epoch. */
const Retention = z.object({ mode: z.enum(['GOVERNANCE', 'COMPLIANCE']), until: z.number() });
export type Retention = z.infer<typeof Retention>;

const Encryption = z.object({ algorithm: z.enum(['AES256', 'aws:kms']), keyId: z.string().exactOptional() });
export type Encryption = z.infer<typeof Encryption>;

/** All that is known of one object but its bytes, which lie under `bodyId`. Times in ms since the epoch. */
export const ObjectRecord = z.object({
  key: z.string(),
  bodyId: z.string(),
  size: z.number(),
  etag: z.string(),
  modifiedAt: z.number(),
  storageClass: z.string(),
  /** As they are returned, by lower-case name: content-type and its like, and `x-amz-meta-*`. */
  headers: z.record(z.string(), z.string()),
  tags: z.array(z.object({ key: z.string(), value: z.string() })),
  checksum: z.object({ algorithm: z.string().refine(isChecksumAlgorithm), value: z.string() }),
  restore: z.object({ readyAt: z.number(), expiresAt: z.number() }).exactOptional(),
  /** Absent: it was written while the bucket kept no versions. */
  versionId: z.string().exactOptional(),
  /** Since when a newer version, or a marker, hides it; absent: it is the one that is read. */
  hiddenAt: z.number().exactOptional(),
  /** It only hides what is below it: it has no body. */
  marker: z.literal(true).exactOptional(),
  retention: Retention.exactOptional(),
  /** Absent: AES256. */
  encryption: Encryption.exactOptional(),
});

export type ObjectRecord = z.infer<typeof ObjectRecord>;
export type ObjectTag = ObjectRecord['tags'][number];

/** What a bucket remembers beside its objects. The lifecycle document is kept as it came. */
export const BucketSettings = z.object({
  region: z.string(),
  createdAt: z.number(),
  /** Once they are kept, they always are: suspending is not done here. */
  versioning: z.literal('Enabled').exactOptional(),
  /** Objects may be locked; new ones are for so many days. */
  lock: z.object({ mode: Retention.shape.mode, days: z.number() }).partial().exactOptional(),
  encryption: Encryption.exactOptional(),
  lifecycle: z.object({ xml: z.string(), minimumObjectSize: z.string() }).exactOptional(),
  publicAccessBlock: z.object({
    BlockPublicAcls: z.boolean(),
    IgnorePublicAcls: z.boolean(),
    BlockPublicPolicy: z.boolean(),
    RestrictPublicBuckets: z.boolean(),
  }),
});

export type BucketSettings = z.infer<typeof BucketSettings>;
