import {
  DeleteObjectCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { objectLocked } from '../archive/locked.ts';
import type { Lock } from '../ports/archiveStore.ts';
import { calling, nameOf } from './errors.ts';

/** What GetObjectRetention answers where nothing locks: the bucket has no Object Lock, the object none, or it is gone. */
const NO_LOCK = new Set([
  'NoSuchObjectLockConfiguration',
  'ObjectLockConfigurationNotFoundError',
  'InvalidRequest',
  'NoSuchKey',
  'NoSuchVersion',
  'MethodNotAllowed',
]);

/**
 * Every version of one object, newest last, and the markers that hide them. In a bucket without versions the object itself
 * is the version `null`. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
async function versionsOf(client: S3Client, bucket: string, key: string): Promise<string[]> {
  const versions: string[] = [];
  let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const request = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key, ...from });
    const page: ListObjectVersionsCommandOutput = await calling(`ListObjectVersions ${bucket}/${key}`, () =>
      client.send(request),
    );
    const listed = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    for (const { Key, VersionId } of listed) if (Key === key && VersionId !== undefined) versions.push(VersionId);
    // Keys come in order, and none is before its own prefix.
    if (!page.IsTruncated || page.NextKeyMarker !== key) return versions.reverse();
    from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

/** Throws ARCHIVE_LOCKED: then versions that are newer than the locked one stay too. */
export async function eraseVersions(client: S3Client, bucket: string, key: string): Promise<void> {
  for (const version of await versionsOf(client, bucket, key)) {
    try {
      await calling(`DeleteObject ${bucket}/${key}`, () =>
        client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: version })),
      );
    } catch (error) {
      const lock = nameOf((error as Error).cause) === 'AccessDenied' ? await lockOf(client, bucket, key) : undefined;
      throw lock ? objectLocked(key, lock, 0, error) : error;
    }
  }
}

/** The longest that holds any of its versions. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html */
export async function lockOf(client: S3Client, bucket: string, key: string): Promise<Lock | undefined> {
  let longest: Lock | undefined;
  for (const version of await versionsOf(client, bucket, key)) {
    const lock = await lockOfVersion(client, bucket, key, version);
    if (lock && lock.until > (longest?.until ?? 0)) longest = lock;
  }
  return longest;
}

async function lockOfVersion(
  client: S3Client,
  bucket: string,
  key: string,
  version: string,
): Promise<Lock | undefined> {
  try {
    const { Retention } = await calling(`GetObjectRetention ${bucket}/${key}`, () =>
      client.send(new GetObjectRetentionCommand({ Bucket: bucket, Key: key, VersionId: version })),
    );
    const until = Retention?.RetainUntilDate?.getTime();
    return Retention?.Mode === undefined || until === undefined ? undefined : { mode: Retention.Mode, until };
  } catch (error) {
    if (NO_LOCK.has(nameOf((error as Error).cause))) return undefined;
    throw error;
  }
}
