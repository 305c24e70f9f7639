import type { IncomingHttpHeaders } from 'node:http';
import { S3Error } from './errors.ts';
import { lockHeaders } from './locks.ts';
import type { BucketSettings, Encryption, ObjectRecord } from './objectRecord.ts';
import { header } from './request.ts';
import { checkStorageClass, restoreHeader } from './restore.ts';

/** S3 User Guide, "User-defined object metadata": names and values together, in bytes. */
const LARGEST_METADATA = 2048;
const META = 'x-amz-meta-';
const KEPT = [
  'content-type',
  'content-encoding',
  'content-disposition',
  'content-language',
  'cache-control',
  'expires',
];

/** The headers of a write that belong to the object. `aws-chunked` is of the transfer, so it is not kept. */
export function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const metadata = Object.keys(headers).filter((name) => name.startsWith(META));
  const kept = [...KEPT, ...metadata].flatMap((name) => {
    const value = name === 'content-encoding' ? contentEncoding(headers) : header(headers, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const size = kept
    .filter(([name]) => name.startsWith(META))
    .reduce((sum, [name, value]) => sum + name.length - META.length + Buffer.byteLength(value, 'latin1'), 0);
  if (size > LARGEST_METADATA) throw new S3Error('MetadataTooLarge');
  return { 'content-type': 'binary/octet-stream', ...Object.fromEntries(kept) };
}

export const askedStorageClass = (headers: IncomingHttpHeaders): string =>
  checkStorageClass(header(headers, 'x-amz-storage-class') ?? 'STANDARD');

function contentEncoding(headers: IncomingHttpHeaders): string | undefined {
  const codings = (header(headers, 'content-encoding') ?? '').split(',').map((coding) => coding.trim());
  return codings.filter((coding) => coding !== '' && coding !== 'aws-chunked').join(',') || undefined;
}

export const quoted = (etag: string): string => `"${etag}"`;

/** Of PutObject and of reads that ask for it. */
export const checksumHeaders = ({ checksum }: Pick<ObjectRecord, 'checksum'>): Record<string, string> => ({
  [`x-amz-checksum-${checksum.algorithm}`]: checksum.value,
  'x-amz-checksum-type': 'FULL_OBJECT',
});

/** What HEAD and GET tell of an object, the length aside. */
export function describeObject(record: ObjectRecord, now: number): Record<string, string> {
  const restore = restoreHeader(record, now);
  return {
    'accept-ranges': 'bytes',
    etag: quoted(record.etag),
    'last-modified': new Date(record.modifiedAt).toUTCString(),
    ...storedHeaders(record),
    ...lockHeaders(record),
    ...record.headers,
    ...(record.storageClass === 'STANDARD' ? {} : { 'x-amz-storage-class': record.storageClass }),
    ...(restore === undefined ? {} : { 'x-amz-restore': restore }),
    ...(record.tags.length === 0 ? {} : { 'x-amz-tagging-count': String(record.tags.length) }),
  };
}

/** Of PutObject and of reads: how it is encrypted, and which version it is. */
export const storedHeaders = ({
  encryption,
  versionId,
}: Pick<ObjectRecord, 'encryption' | 'versionId'>): Record<string, string> => ({
  'x-amz-server-side-encryption': encryption?.algorithm ?? 'AES256',
  ...(encryption?.keyId !== undefined && { 'x-amz-server-side-encryption-aws-kms-key-id': encryption.keyId }),
  ...(versionId !== undefined && { 'x-amz-version-id': versionId }),
});

/** As the write asks for, else by the bucket's default. */
export function encryptionOf(
  headers: IncomingHttpHeaders,
  settings: Pick<BucketSettings, 'encryption'>,
): { encryption?: Encryption } {
  const algorithm = header(headers, 'x-amz-server-side-encryption');
  if (algorithm === undefined) return settings.encryption ? { encryption: settings.encryption } : {};
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms')
    throw new S3Error('InvalidArgument', 'The encryption method specified is not supported');
  const keyId = header(headers, 'x-amz-server-side-encryption-aws-kms-key-id');
  return { encryption: { algorithm, ...(keyId !== undefined && { keyId }) } };
}
