import { S3Error } from '../errors.ts';
import { type ListingPage, type ListingQuery, listPage } from '../listing.ts';
import { quoted } from '../objectHeaders.ts';
import type { ObjectRecord } from '../objectRecord.ts';
import { type Operation, xmlReply } from '../service.ts';
import { document, element, text } from '../xml.ts';

/** API reference of ListObjectsV2: the most keys of one page, and what is given where none is asked. */
const MOST_KEYS = 1000;

export const listObjects: Operation = ({ buckets }, { bucket, query }) => {
  if (query.get('list-type') !== '2') throw new S3Error('NotImplemented');
  const encode = nameEncoding(query.get('encoding-type'));
  const asked = toQuery(query);
  const page = listPage(buckets.find(bucket).keys, asked);
  return xmlReply(document('ListBucketResult', ...pageHead(bucket, asked, page, encode), ...pageEntries(page, encode)));
};

function toQuery(query: URLSearchParams): ListingQuery {
  const maxKeys = query.get('max-keys') ?? String(MOST_KEYS);
  if (!/^\d{1,9}$/.test(maxKeys))
    throw new S3Error('InvalidArgument', 'Provided max-keys not an integer or within range');
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    maxKeys: Math.min(MOST_KEYS, Number(maxKeys)),
    startAfter: query.get('start-after') ?? '',
    token: query.get('continuation-token') ?? undefined,
  };
}

type Encode = ((name: string) => string) | undefined;

function nameEncoding(type: string | null): Encode {
  if (type === null) return undefined;
  if (type !== 'url') throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request');
  return urlEncoded;
}

/** As a form is encoded, but with slashes as they are. */
const urlEncoded = (name: string): string =>
  encodeURIComponent(name)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

function pageHead(bucket: string, query: ListingQuery, page: ListingPage<ObjectRecord>, encode: Encode): string[] {
  const name = (element: string, value: string) => (value === '' ? '' : text(element, encode?.(value) ?? value));
  return [
    text('Name', bucket),
    name('Prefix', query.prefix) || '<Prefix/>',
    name('Delimiter', query.delimiter),
    name('StartAfter', query.startAfter),
    text('MaxKeys', query.maxKeys),
    text('KeyCount', page.objects.length + page.commonPrefixes.length),
    text('IsTruncated', page.nextToken !== undefined),
    encode === undefined ? '' : text('EncodingType', 'url'),
    query.token === undefined ? '' : text('ContinuationToken', query.token),
    page.nextToken === undefined ? '' : text('NextContinuationToken', page.nextToken),
  ];
}

function pageEntries({ objects, commonPrefixes }: ListingPage<ObjectRecord>, encode: Encode): string[] {
  return [
    ...objects.map(([key, { etag, size, storageClass, modifiedAt, checksum }]) =>
      element(
        'Contents',
        text('Key', encode?.(key) ?? key),
        text('LastModified', new Date(modifiedAt).toISOString()),
        text('ETag', quoted(etag)),
        text('ChecksumAlgorithm', checksum.algorithm.toUpperCase()),
        text('ChecksumType', 'FULL_OBJECT'),
        text('Size', size),
        text('StorageClass', storageClass),
      ),
    ),
    ...commonPrefixes.map((prefix) => element('CommonPrefixes', text('Prefix', encode?.(prefix) ?? prefix))),
  ];
}
