import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { AfterwriteError } from '../model/errors.ts';
import type { StorageClass } from '../model/retention.ts';
import type { ArchivedObject, ArchiveStore } from '../ports/archiveStore.ts';
import { calling, nameOf } from './errors.ts';

export function s3ArchiveStore(client: S3Client, bucket: string): ArchiveStore {
  return {
    async putIfAbsent(key, body, options) {
      try {
        await calling(`PutObject ${bucket}/${key}`, () =>
          client.send(
            new PutObjectCommand({
              Bucket: bucket,
              Key: key,
              Body: body,
              IfNoneMatch: '*',
              ContentType: 'application/x-ndjson',
              ContentEncoding: 'gzip',
              ...(options?.storageClass && { StorageClass: options.storageClass }),
            }),
          ),
        );
        return 'written';
      } catch (error) {
        const name = nameOf((error as Error).cause);
        if (name === 'PreconditionFailed') return 'present';
        if (name === 'ConditionalRequestConflict')
          throw new AfterwriteError('CONFLICT', `another writer is at ${bucket}/${key}`, {
            retry: true,
            mend: 'it is tried again',
            cause: error,
          });
        throw missingBucket(error, bucket);
      }
    },
    async get(key) {
      try {
        const answer = await calling(`GetObject ${bucket}/${key}`, () =>
          client.send(new GetObjectCommand({ Bucket: bucket, Key: key })),
        );
        return await calling(
          `GetObject ${bucket}/${key}`,
          async () => (await answer.Body?.transformToByteArray()) ?? new Uint8Array(),
        );
      } catch (error) {
        if (nameOf((error as Error).cause) === 'NoSuchKey')
          throw new AfterwriteError('NOT_FOUND', `the archive has no ${key}`, {
            mend: "look what there is with 'afterwrite archive ls'",
            cause: error,
          });
        throw missingBucket(error, bucket);
      }
    },
    list: (prefix) => list(client, bucket, prefix),
  };
}

async function* list(client: S3Client, bucket: string, prefix: string): AsyncIterable<ArchivedObject> {
  const iterator = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })[Symbol.asyncIterator]();
  for (;;) {
    const page = await calling(`ListObjectsV2 ${bucket}/${prefix}`, () => iterator.next()).catch((error: unknown) => {
      throw missingBucket(error, bucket);
    });
    if (page.done) return;
    for (const { Key, Size, StorageClass: storageClass } of page.value.Contents ?? [])
      if (Key !== undefined)
        yield { key: Key, bytes: Size ?? 0, storageClass: (storageClass ?? 'STANDARD') as StorageClass };
  }
}

function missingBucket(error: unknown, bucket: string): unknown {
  if (nameOf((error as Error).cause) !== 'NoSuchBucket') return error;
  return new AfterwriteError('BUCKET_MISSING', `the bucket '${bucket}' does not exist`, {
    mend: "create it with 'afterwrite provision'",
    cause: error,
  });
}
