import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { AfterwriteError } from '../model/errors.ts';
import type { StorageClass } from '../model/retention.ts';
import type { ArchivedObject, ArchiveStore, ByteRange } from '../ports/archiveStore.ts';
import { readability, restore } from './coldObjects.ts';
import { calling, nameOf } from './errors.ts';
import { eraseVersions, lockOf } from './objectVersions.ts';

/** @param kmsKeyId what each object is encrypted with; absent: as the bucket says */
export function s3ArchiveStore(client: S3Client, bucket: string, kmsKeyId?: string): ArchiveStore {
  const encryption = kmsKeyId === undefined ? {} : encryptionBy(kmsKeyId);
  return {
    putIfAbsent: (key, body, options) => putIfAbsent(client, bucket, key, body, encryption, options?.storageClass),
    get: (key, range) => get(client, bucket, key, range),
    list: (prefix) => list(client, bucket, prefix),
    prefixes: (prefix) => prefixes(client, bucket, prefix),
    remove: (key) => remove(client, bucket, key),
    erase: (key) => eraseVersions(client, bucket, key),
    lockOf: (key) => lockOf(client, bucket, key),
    readability: (key) => readability(client, bucket, key),
    restore: (key, ask) => restore(client, bucket, key, ask),
    async move(key, storageClass) {
      const source = `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
      const request = { Bucket: bucket, Key: key, CopySource: source, StorageClass: storageClass, ...encryption };
      try {
        await calling(`CopyObject ${bucket}/${key}`, () => client.send(new CopyObjectCommand(request)));
      } catch (error) {
        // S3 refuses a copy onto itself that changes nothing: it lies in that class already.
        if (nameOf((error as Error).cause) !== 'InvalidRequest') throw error;
      }
    },
  };
}

/** With a key of the bucket's own under it, so that KMS is not asked for each object. */
const encryptionBy = (kmsKeyId: string) =>
  ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyId, BucketKeyEnabled: true }) as const;

async function putIfAbsent(
  client: S3Client,
  bucket: string,
  key: string,
  body: Uint8Array,
  encryption: Partial<ReturnType<typeof encryptionBy>>,
  storageClass: StorageClass | undefined,
): Promise<'written' | 'present'> {
  const request = { Bucket: bucket, Key: key, Body: body, IfNoneMatch: '*', ...encryption };
  const about = {
    ContentType: 'application/x-ndjson',
    ContentEncoding: 'gzip',
    ...(storageClass && { StorageClass: storageClass }),
  };
  try {
    await calling(`PutObject ${bucket}/${key}`, () => client.send(new PutObjectCommand({ ...request, ...about })));
    return 'written';
  } catch (error) {
    const name = nameOf((error as Error).cause);
    if (name === 'PreconditionFailed') return 'present';
    if (name !== 'ConditionalRequestConflict') throw missingBucket(error, bucket);
    throw new AfterwriteError('CONFLICT', `another writer is at ${bucket}/${key}`, {
      retry: true,
      mend: 'it is tried again',
      cause: error,
    });
  }
}

async function get(client: S3Client, bucket: string, key: string, range?: ByteRange): Promise<Uint8Array> {
  const what = `GetObject ${bucket}/${key}`;
  try {
    const part = range && { Range: `bytes=${range.offset}-${range.offset + range.bytes - 1}` };
    const answer = await calling(what, () => client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...part })));
    return await calling(what, async () => (await answer.Body?.transformToByteArray()) ?? new Uint8Array());
  } catch (error) {
    const name = nameOf((error as Error).cause);
    if (name === 'InvalidObjectState')
      throw new AfterwriteError('ARCHIVE_COLD', `${key} lies in cold storage`, {
        mend: "ask for it with 'afterwrite archive restore'; it can be read hours later",
        cause: error,
      });
    if (name === 'NoSuchKey')
      throw new AfterwriteError('NOT_FOUND', `the archive has no ${key}`, {
        mend: "look what there is with 'afterwrite archive ls'",
        cause: error,
      });
    throw missingBucket(error, bucket);
  }
}

async function remove(client: S3Client, bucket: string, key: string): Promise<void> {
  try {
    await calling(`DeleteObject ${bucket}/${key}`, () =>
      client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })),
    );
  } catch (error) {
    throw missingBucket(error, bucket);
  }
}

async function* list(client: S3Client, bucket: string, prefix: string): AsyncIterable<ArchivedObject> {
  for await (const { Contents = [] } of pages(client, bucket, { Prefix: prefix }))
    for (const { Key, Size, StorageClass: storageClass } of Contents)
      if (Key !== undefined)
        yield { key: Key, bytes: Size ?? 0, storageClass: (storageClass ?? 'STANDARD') as StorageClass };
}

async function* prefixes(client: S3Client, bucket: string, prefix: string): AsyncIterable<string> {
  for await (const { CommonPrefixes = [] } of pages(client, bucket, { Prefix: prefix, Delimiter: '/' }))
    for (const { Prefix } of CommonPrefixes) if (Prefix !== undefined) yield Prefix;
}

async function* pages(
  client: S3Client,
  bucket: string,
  asked: { Prefix: string; Delimiter?: string },
): AsyncIterable<ListObjectsV2CommandOutput> {
  const iterator = paginateListObjectsV2({ client }, { Bucket: bucket, ...asked })[Symbol.asyncIterator]();
  for (;;) {
    const page = await calling(`ListObjectsV2 ${bucket}/${asked.Prefix}`, () => iterator.next()).catch(
      (error: unknown) => {
        throw missingBucket(error, bucket);
      },
    );
    if (page.done) return;
    yield page.value;
  }
}

function missingBucket(error: unknown, bucket: string): unknown {
  if (nameOf((error as Error).cause) !== 'NoSuchBucket') return error;
  return new AfterwriteError('BUCKET_MISSING', `the bucket '${bucket}' does not exist`, {
    mend: "create it with 'afterwrite provision'",
    cause: error,
  });
}
