import { z } from 'zod';
import { isChecksumAlgorithm } from './checksums.ts';

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
});

export type ObjectRecord = z.infer<typeof ObjectRecord>;
export type ObjectTag = ObjectRecord['tags'][number];

/** What a bucket remembers beside its objects. The lifecycle document is kept as it came. */
export const BucketSettings = z.object({
  region: z.string(),
  createdAt: z.number(),
  lifecycle: z.object({ xml: z.string(), minimumObjectSize: z.string() }).exactOptional(),
  publicAccessBlock: z.object({
    BlockPublicAcls: z.boolean(),
    IgnorePublicAcls: z.boolean(),
    BlockPublicPolicy: z.boolean(),
    RestrictPublicBuckets: z.boolean(),
  }),
});

export type BucketSettings = z.infer<typeof BucketSettings>;
