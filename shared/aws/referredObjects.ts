import { createHash } from 'node:crypto';
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { AfterwriteError } from '../model/errors.ts';
import { type ObjectRef, refText } from '../model/objectRef.ts';
import type { CopiedObject, ReferredObjects } from '../ports/referredObjects.ts';
import { calling, nameOf } from './errors.ts';

/** More takes parts. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
const LARGEST_COPY_BYTES = 5 * 1024 ** 3;
/** HEAD has no body to name the error in. */
const MISSING: ReadonlySet<string> = new Set(['NotFound', 'NoSuchKey', 'NoSuchBucket', 'NoSuchVersion']);
const CHECKSUMS = ['ChecksumSHA256', 'ChecksumCRC64NVME', 'ChecksumSHA1', 'ChecksumCRC32C', 'ChecksumCRC32'] as const;

interface Described {
  readonly bytes: number;
  readonly etag: string;
  /** By algorithm, as far as they are of the whole object. */
  readonly checksums: ReadonlyMap<string, string>;
}

/**
 * Copies within S3: no byte comes here, but where the two have no checksum in common. A copy keeps its original's checksum
 * algorithm, and S3 computes it anew. @param bucket the archive's
 */
export function s3ReferredObjects(client: S3Client, bucket: string): ReferredObjects {
  return {
    async copy(ref, keyFor) {
      const original = await describe(client, ref);
      if (!original) throw missing(ref);
      if (original.bytes > LARGEST_COPY_BYTES) throw tooLarge(ref, original.bytes);
      const key = keyFor(original.etag);
      const target = { bucket, key };
      if (!(await describe(client, target))) await copyTo(client, ref, original.etag, target);
      await prove(client, { ref, original }, target);
      return { bytes: original.bytes, etag: original.etag, copy: key } satisfies CopiedObject;
    },
  };
}

/** Undefined where there is none. */
async function describe(client: S3Client, ref: ObjectRef): Promise<Described | undefined> {
  const request = { Bucket: ref.bucket, Key: ref.key, ...version(ref), ChecksumMode: 'ENABLED' as const };
  try {
    const answer = await calling(`HeadObject ${refText(ref)}`, () => client.send(new HeadObjectCommand(request)));
    return { bytes: answer.ContentLength ?? 0, etag: answer.ETag ?? '', checksums: checksumsOf(answer) };
  } catch (error) {
    if (MISSING.has(nameOf((error as Error).cause))) return undefined;
    throw error;
  }
}

function checksumsOf(answer: HeadObjectOutput): Map<string, string> {
  if (answer.ChecksumType === 'COMPOSITE') return new Map();
  return new Map(
    CHECKSUMS.flatMap((name) => {
      const value = answer[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

async function copyTo(client: S3Client, ref: ObjectRef, etag: string, to: ObjectRef): Promise<void> {
  const path = `${ref.bucket}/${ref.key.split('/').map(encodeURIComponent).join('/')}`;
  const CopySource = ref.versionId === undefined ? path : `${path}?versionId=${encodeURIComponent(ref.versionId)}`;
  const request = { Bucket: to.bucket, Key: to.key, CopySource, CopySourceIfMatch: etag };
  try {
    await calling(`CopyObject ${refText(ref)} to ${refText(to)}`, () => client.send(new CopyObjectCommand(request)));
  } catch (error) {
    const name = nameOf((error as Error).cause);
    if (MISSING.has(name)) throw missing(ref, error);
    if (name === 'InvalidObjectState')
      throw new AfterwriteError('ARCHIVE_COLD', `${refText(ref)} lies in cold storage`, {
        mend: 'restore it in its bucket; it is looked at again',
        cause: error,
      });
    if (name !== 'PreconditionFailed') throw error;
    throw new AfterwriteError('CONFLICT', `${refText(ref)} was written while it was copied`, {
      retry: true,
      mend: 'it is tried again',
      cause: error,
    });
  }
}

/** By a checksum that S3 keeps of both; else by reading both. */
async function prove(
  client: S3Client,
  { ref, original }: { ref: ObjectRef; original: Described },
  target: ObjectRef,
): Promise<void> {
  const copy = await describe(client, target);
  const common = [...original.checksums].find(([name]) => copy?.checksums.has(name));
  const equal = common
    ? copy?.checksums.get(common[0]) === common[1]
    : copy !== undefined && (await hashOf(client, ref, original.etag)) === (await hashOf(client, target));
  if (equal && copy?.bytes === original.bytes) return;
  throw new AfterwriteError('ARCHIVE_MISMATCH', `${refText(target)} is no copy of ${refText(ref)}`, {
    mend: 'nothing was deleted; look at the copy, remove it, and run again',
  });
}

async function hashOf(client: S3Client, ref: ObjectRef, etag?: string): Promise<string> {
  const request = { Bucket: ref.bucket, Key: ref.key, ...version(ref), ...(etag !== undefined && { IfMatch: etag }) };
  return calling(`GetObject ${refText(ref)}`, async () => {
    const hash = createHash('sha256');
    const { Body } = await client.send(new GetObjectCommand(request));
    for await (const piece of (Body ?? []) as AsyncIterable<Uint8Array>) hash.update(piece);
    return hash.digest('hex');
  });
}

const version = ({ versionId }: ObjectRef): { VersionId?: string } =>
  versionId === undefined ? {} : { VersionId: versionId };

const missing = (ref: ObjectRef, cause?: unknown): AfterwriteError =>
  new AfterwriteError('NOT_FOUND', `${refText(ref)} is not there`, {
    mend: 'put it back, or take the reference out of the item; it is looked at again',
    ...(cause !== undefined && { cause }),
  });

const tooLarge = (ref: ObjectRef, bytes: number): AfterwriteError =>
  new AfterwriteError('SERVICE_REFUSED', `${refText(ref)} has ${bytes} bytes: one copy takes ${LARGEST_COPY_BYTES}`, {
    mend: 'keep it in smaller objects',
  });
