import { HeadObjectCommand, RestoreObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { AfterwriteError } from '../model/errors.ts';
import { isCold } from '../model/retention.ts';
import type { RestoreTier } from '../model/storagePrices.ts';
import type { Readability } from '../ports/archiveStore.ts';
import { calling, nameOf } from './errors.ts';

/** Asked for already, by an earlier life or by somebody else; or of a class that is read at once. */
const NOTHING_TO_ASK = new Set(['RestoreAlreadyInProgress', 'InvalidObjectState']);

/** By the header `x-amz-restore`. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export async function readability(client: S3Client, bucket: string, key: string): Promise<Readability> {
  const { StorageClass, Restore } = await head(client, bucket, key);
  if (!isCold(StorageClass)) return { state: 'readable' };
  if (Restore === undefined) return { state: 'cold' };
  if (Restore.includes('ongoing-request="true"')) return { state: 'restoring' };
  const until = Date.parse(/expiry-date="([^"]+)"/.exec(Restore)?.[1] ?? '');
  return Number.isNaN(until) ? { state: 'cold' } : { state: 'restored', until };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html */
export async function restore(
  client: S3Client,
  bucket: string,
  key: string,
  { tier, days }: { tier: RestoreTier; days: number },
): Promise<void> {
  const RestoreRequest = { Days: days, GlacierJobParameters: { Tier: tier } };
  try {
    await calling(`RestoreObject ${bucket}/${key}`, () =>
      client.send(new RestoreObjectCommand({ Bucket: bucket, Key: key, RestoreRequest })),
    );
  } catch (error) {
    const name = nameOf((error as Error).cause);
    if (name === 'NoSuchKey') throw missing(key, error);
    if (!NOTHING_TO_ASK.has(name)) throw error;
  }
}

async function head(client: S3Client, bucket: string, key: string) {
  try {
    return await calling(`HeadObject ${bucket}/${key}`, () =>
      client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })),
    );
  } catch (error) {
    const name = nameOf((error as Error).cause);
    if (name !== 'NotFound' && name !== 'NoSuchKey') throw error;
    throw missing(key, error);
  }
}

const missing = (key: string, cause: unknown): AfterwriteError =>
  new AfterwriteError('NOT_FOUND', `the archive has no ${key}`, {
    mend: "look what there is with 'afterwrite archive ls'",
    cause,
  });
