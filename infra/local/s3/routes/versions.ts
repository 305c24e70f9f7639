import * as z from 'zod';
import { receiveDocument } from '../body.ts';
import type { Bucket } from '../bucket.ts';
import { S3Error } from '../errors.ts';
import { versionIdOf } from '../hiddenVersions.ts';
import { quoted } from '../objectHeaders.ts';
import type { ObjectRecord } from '../objectRecord.ts';
import { type Operation, xmlReply } from '../service.ts';
import { compareUtf8, type SortedKeys } from '../sortedKeys.ts';
import { document, element, parseXml, text } from '../xml.ts';

const MOST_VERSIONS = 1000;

const VersioningConfiguration = z.object({ VersioningConfiguration: z.strictObject({ Status: z.string() }) });

export const putVersioning: Operation = async ({ buckets }, request) => {
  const { Status } = parseXml(await receiveDocument(request), VersioningConfiguration).VersioningConfiguration;
  if (Status !== 'Enabled') throw new S3Error('NotImplemented', 'Only Enabled is implemented here.');
  buckets.find(request.bucket).changeSettings({ versioning: 'Enabled' });
  return { status: 200 };
};

export const getVersioning: Operation = ({ buckets }, { bucket }) => {
  const { versioning } = buckets.find(bucket).settings;
  return xmlReply(document('VersioningConfiguration', versioning === undefined ? '' : text('Status', versioning)));
};

/** Versions and markers by key, and of one key newest first. */
export const listVersions: Operation = ({ buckets }, { bucket: name, query }) => {
  const prefix = query.get('prefix') ?? '';
  const all = versionsUnder(buckets.find(name), prefix);
  const [keyMarker, idMarker] = [query.get('key-marker') ?? '', query.get('version-id-marker') ?? ''];
  const at = all.findIndex(({ key, versionId }) => key === keyMarker && (idMarker === '' || versionId === idMarker));
  const behind = all.slice(at + 1).filter(({ key }) => idMarker !== '' || key !== keyMarker);
  const most = Math.min(MOST_VERSIONS, Number(query.get('max-keys') ?? MOST_VERSIONS));
  const page = behind.slice(0, most);
  const last = page[page.length - 1];
  const isTruncated = behind.length > page.length;
  const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (key: string) => key;
  return xmlReply(
    document(
      'ListVersionsResult',
      text('Name', name),
      text('Prefix', encode(prefix)),
      text('MaxKeys', most),
      text('IsTruncated', isTruncated),
      query.get('encoding-type') === 'url' ? text('EncodingType', 'url') : '',
      isTruncated && last ? text('NextKeyMarker', encode(last.key)) + text('NextVersionIdMarker', last.versionId) : '',
      ...page.map((one) => entryOf(one, encode)),
    ),
  );
};

interface Listed {
  key: string;
  versionId: string;
  isLatest: boolean;
  record: ObjectRecord;
}

function versionsUnder({ keys, hidden }: Bucket, prefix: string): Listed[] {
  const names = new Set([...namesUnder(keys, prefix), ...namesUnder(hidden.keys, prefix)]);
  return [...names].sort(compareUtf8).flatMap((key) => {
    const shown = keys.get(key);
    return [...(shown ? [shown] : []), ...hidden.of(key)].map((record, i) => ({
      key,
      versionId: versionIdOf(record),
      isLatest: i === 0,
      record,
    }));
  });
}

function* namesUnder<T>(keys: SortedKeys<T>, prefix: string): Generator<string> {
  for (let at = keys.firstNotBefore(prefix); ; at++) {
    const key = keys.at(at)?.[0];
    if (key === undefined || !key.startsWith(prefix)) return;
    yield key;
  }
}

function entryOf({ key, versionId, isLatest, record }: Listed, encode: (key: string) => string): string {
  const common = [
    text('Key', encode(key)),
    text('VersionId', versionId),
    text('IsLatest', isLatest),
    text('LastModified', new Date(record.modifiedAt).toISOString()),
  ];
  if (record.marker) return element('DeleteMarker', ...common);
  const { etag, size, storageClass } = record;
  return element(
    'Version',
    ...common,
    text('ETag', quoted(etag)),
    text('Size', size),
    text('StorageClass', storageClass),
  );
}
