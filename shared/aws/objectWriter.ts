import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type ObjectRef, refText } from '../model/objectRef.ts';
import type { ObjectWriter } from '../ports/referredObjects.ts';
import { calling } from './errors.ts';
import { provisionBucket } from './provisionRest.ts';

/** Makes the buckets that it is asked for where they are missing. */
export function s3ObjectWriter(client: S3Client, region: string): ObjectWriter {
  const there = new Set<string>();
  return {
    async put(ref: ObjectRef, body: Uint8Array) {
      if (!there.has(ref.bucket)) await provisionBucket(client, ref.bucket, region);
      there.add(ref.bucket);
      const request = { Bucket: ref.bucket, Key: ref.key, Body: body };
      await calling(`PutObject ${refText(ref)}`, () => client.send(new PutObjectCommand(request)));
    },
  };
}
