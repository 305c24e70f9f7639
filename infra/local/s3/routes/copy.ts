import type { IncomingHttpHeaders } from 'node:http';
import type { Bucket } from '../bucket.ts';
import { checkRead, writeConditions } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import { askedStorageClass, encryptionOf, keptHeaders, quoted } from '../objectHeaders.ts';
import type { ObjectRecord } from '../objectRecord.ts';
import { checkKey, decode, header } from '../request.ts';
import { checkReadable } from '../restore.ts';
import { type Operation, xmlReply } from '../service.ts';
import { parseTagHeader } from '../tags.ts';
import { document, text } from '../xml.ts';

/** A copy carries bytes, checksum and (unless replaced) metadata and tags; never the storage class, nor a restored state. */
export const copyObject: Operation = async ({ buckets, clock }, { bucket, key, headers }) => {
  const now = clock.now();
  const target = buckets.find(bucket);
  const named = parseCopySource(header(headers, 'x-amz-copy-source') ?? '');
  const source = buckets.find(named.bucket);
  const original = source.find(named.key);
  if (checkRead(headers, original, 'x-amz-copy-source-') === 'not-modified') throw new S3Error('PreconditionFailed');
  refuseOtherChecksum(headers, original);
  const { restore: _, encryption: __, ...carried } = original;
  const encryption = encryptionOf(headers, target.settings);
  const copy = { ...carried, ...replaced(headers, original), ...encryption, key, modifiedAt: now };
  const ontoItself = source === target && named.key === key;
  if (ontoItself) refuseNoChange(headers, original, copy.storageClass);
  checkReadable(original, now);
  const written = ontoItself ? copy : await copyBytes(source, original, target, copy, headers);
  if (ontoItself) target.put(copy, writeConditions(headers));
  return xmlReply(copyResult(written));
};

async function copyBytes(
  source: Bucket,
  original: ObjectRecord,
  target: Bucket,
  copy: ObjectRecord,
  headers: IncomingHttpHeaders,
): Promise<ObjectRecord> {
  // Opened before anything is awaited: the original may be deleted meanwhile.
  const bytes = source.open(original);
  return target.write(copy.key, writeConditions(headers), async (body) => {
    if (Buffer.isBuffer(bytes)) await body.write(bytes);
    else for await (const piece of bytes) await body.write(piece);
    return copy;
  });
}

function replaced(
  headers: IncomingHttpHeaders,
  original: ObjectRecord,
): Pick<ObjectRecord, 'headers' | 'tags' | 'storageClass'> {
  return {
    headers: directive(headers, 'x-amz-metadata-directive') === 'REPLACE' ? keptHeaders(headers) : original.headers,
    tags:
      directive(headers, 'x-amz-tagging-directive') === 'REPLACE'
        ? parseTagHeader(header(headers, 'x-amz-tagging'))
        : original.tags,
    storageClass: askedStorageClass(headers),
  };
}

function directive(headers: IncomingHttpHeaders, name: string): 'COPY' | 'REPLACE' {
  const value = header(headers, name) ?? 'COPY';
  if (value === 'COPY' || value === 'REPLACE') return value;
  throw new S3Error('InvalidArgument', `Unknown ${name.slice('x-amz-'.length)}.`);
}

function parseCopySource(value: string): { bucket: string; key: string } {
  const [path = '', query] = value.split('?');
  if (query !== undefined) throw new S3Error('NotImplemented', 'Copying a version is not implemented here.');
  const [, bucket = '', key = ''] = /^\/?([^/]+)\/(.+)$/s.exec(decode(path)) ?? [];
  if (key === '') throw new S3Error('InvalidArgument', 'Copy Source must mention the source bucket and key');
  checkKey(key);
  return { bucket, key };
}

function refuseOtherChecksum(headers: IncomingHttpHeaders, { checksum }: ObjectRecord): void {
  const asked = header(headers, 'x-amz-checksum-algorithm');
  if (asked !== undefined && asked.toLowerCase() !== checksum.algorithm) {
    throw new S3Error('NotImplemented', 'Copying into another checksum algorithm is not implemented here.');
  }
}

function refuseNoChange(headers: IncomingHttpHeaders, original: ObjectRecord, storageClass: string): void {
  if (storageClass !== original.storageClass || directive(headers, 'x-amz-metadata-directive') === 'REPLACE') return;
  throw new S3Error(
    'InvalidRequest',
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  );
}

const copyResult = ({ etag, modifiedAt, checksum }: ObjectRecord): string =>
  document(
    'CopyObjectResult',
    text('LastModified', new Date(modifiedAt).toISOString()),
    text('ETag', quoted(etag)),
    text(`Checksum${checksum.algorithm.toUpperCase()}`, checksum.value),
    text('ChecksumType', 'FULL_OBJECT'),
  );
