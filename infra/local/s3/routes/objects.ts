import { receiveBody } from '../body.ts';
import { checkRead, writeConditions } from '../conditions.ts';
import { S3Error } from '../errors.ts';
import {
  askedStorageClass,
  checksumHeaders,
  describeObject,
  encryptionOf,
  keptHeaders,
  quoted,
  storedHeaders,
} from '../objectHeaders.ts';
import type { ObjectRecord } from '../objectRecord.ts';
import { parseRange } from '../range.ts';
import { header, type Reply, type S3Request } from '../request.ts';
import { checkReadable } from '../restore.ts';
import type { Operation } from '../service.ts';
import { parseTagHeader } from '../tags.ts';

export const putObject: Operation = async ({ buckets, clock }, request) => {
  const { key, headers } = request;
  const bucket = buckets.find(request.bucket);
  const declared = {
    key,
    headers: keptHeaders(headers),
    storageClass: askedStorageClass(headers),
    tags: parseTagHeader(header(headers, 'x-amz-tagging')),
    ...encryptionOf(headers, bucket.settings),
  };
  const record = await bucket.write(key, writeConditions(headers), async (body) => {
    const { size, md5Hex, checksum } = await receiveBody(request, body.write);
    return { ...declared, size, etag: md5Hex, checksum, modifiedAt: clock.now() };
  });
  return {
    status: 200,
    headers: { etag: quoted(record.etag), ...storedHeaders(record), ...checksumHeaders(record) },
  };
};

/** HEAD tells of archived objects; GET refuses to read them. */
export const headObject: Operation = ({ buckets, clock }, request) =>
  readReply(request, buckets.find(request.bucket).find(request.key), clock.now());

export const getObject: Operation = ({ buckets, clock }, request) => {
  const now = clock.now();
  const bucket = buckets.find(request.bucket);
  const record = bucket.find(request.key);
  checkReadable(record, now);
  const reply = readReply(request, record, now);
  if (reply.status === 304) return reply;
  return { ...reply, body: bucket.open(record, parseRange(header(request.headers, 'range'), record.size)) };
};

/** Without a version it hides, where the bucket keeps versions; with one it is for good. */
export const deleteObject: Operation = ({ buckets, clock }, { bucket, key, headers, query }) => {
  if (headers['if-match'] !== undefined)
    throw new S3Error('NotImplemented', 'Conditional deletes are not implemented here.');
  const versionId = query.get('versionId');
  if (versionId === null) buckets.find(bucket).delete(key, clock.now());
  else buckets.find(bucket).deleteVersion(key, versionId, clock.now());
  return { status: 204 };
};

function readReply({ headers }: S3Request, record: ObjectRecord, now: number): Reply {
  const description = describeObject(record, now);
  if (checkRead(headers, record) === 'not-modified') return { status: 304, headers: description };
  const range = parseRange(header(headers, 'range'), record.size);
  if (range !== undefined) {
    const { first, last } = range;
    const part = { 'content-range': `bytes ${first}-${last}/${record.size}`, 'content-length': last - first + 1 };
    return { status: 206, headers: { ...description, ...part } };
  }
  const checksum = header(headers, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED' ? checksumHeaders(record) : {};
  return { status: 200, headers: { ...description, ...checksum, 'content-length': record.size } };
}
