import type { S3Client } from '@aws-sdk/client-s3';
import type { ClaimSource } from '../ports/claimSource.ts';
import { s3ArchiveStore } from './archiveStore.ts';

/** Reads claims from S3; the subscriber's role needs s3:GetObject on the archive bucket. */
export const s3Claims = (client: S3Client): ClaimSource => ({
  get: ({ bucket, key }) => s3ArchiveStore(client, bucket).get(key),
});
