import { createHash } from 'node:crypto';
import { AfterwriteError } from '../model/errors.ts';
import type { Key } from '../model/keys.ts';
import type { Names } from '../model/names.ts';
import type { ObjectRef } from '../model/objectRef.ts';
import type { System } from '../model/system.ts';
import { dayOf, hourOf, isoUtc } from '../model/time.ts';
import { padSequence } from '../stream/sequence.ts';

/**
 * What the archive holds: `segments` and their `manifests` are of journal and events; in `objects` lies what items of `bundles`
 * refer to, in `claims` what events only name, in `spill` what waits for the bus and is removed after it.
 */
export const DATASETS = [
  'journal',
  'events',
  'segments',
  'manifests',
  'bundles',
  'objects',
  'claims',
  'spill',
] as const;
export type Dataset = (typeof DATASETS)[number];

/** Stands for the tenant where a system has none, and for items that belong to none. */
export const NO_TENANT = '_';
/** S3 keys may have 1,024 bytes in all; longer parts are cut and told apart by a hash. */
const LONGEST_PART = 200;
/** Stands before the hash of what was cut. */
const CUT = '~';

/** Characters that stand for something else here, or in a pattern of keys, or that some clients take for a way in a folder. */
const TELLING = /^[._]|[~!*'()]/g;

/**
 * A tenant as the archive's keys name it: no two alike, none as `_`, `.` or `..`, none too long for S3. Undefined and the
 * empty text stand for none.
 */
export function tenantPart(tenant: string | undefined): string {
  if (!tenant) return NO_TENANT;
  const escaped = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return shortened(encodeURIComponent(tenant).replace(TELLING, escaped), tenant);
}

/** Whose an item is, as the archive's keys name it. */
export const partOf = (system: Pick<System, 'tenant'>, key: Key): string => tenantPart(system.tenant?.of(key));

/** For people: a tenant's name; what keys name it by where that does not tell it; undefined for none. */
export function tenantName(part: string): string | undefined {
  if (part === NO_TENANT) return undefined;
  return part.includes(CUT) ? part : decodeURIComponent(part);
}

/**
 * Keys derive from content and stream time, never from the clock, so that what is written twice has one name:
 * `v1/<dataset>/<system>/<stage>/<tenant>/<table>/…`, and then, of segments and manifests, `journal/` or `events/`, of
 * bundles the collection. Where a system has tenants, that kind stands before the tenant: a rule of S3's lifecycle names one
 * prefix, and each kind has a life of its own.
 * @param tenant as `tenantPart` gives it
 */
export function datasetPrefix(
  system: System,
  names: Names,
  dataset: Dataset,
  { tenant = NO_TENANT, kind }: { tenant?: string; kind?: string } = {},
): string {
  const below = kind === undefined ? '' : `${kind}/`;
  if (!system.tenant) return `${datasetRoot(system, names, dataset)}${below}`;
  return `${datasetRoot(system, names, dataset, kind)}${tenant}/${names.table}/`;
}

/** Where all of a dataset lies, or all of one kind of it, of every tenant. */
export function datasetRoot(system: System, names: Names, dataset: Dataset, kind?: string): string {
  const root = `v1/${dataset}/${system.name}/${names.stage}/${system.tenant ? '' : `${NO_TENANT}/${names.table}/`}`;
  return kind === undefined ? root : `${root}${kind}/`;
}

/** `dt=…/hh=…/`. @param hour epoch milliseconds of stream time */
export function hourPrefix(prefix: string, hour: number): string {
  const iso = isoUtc(hour);
  return `${prefix}dt=${dayOf(iso)}/hh=${iso.slice(11, 13)}/`;
}

/** `dt=…/hh=…/<first>-<last>-<sha16>.ndjson.gz`, sorted by hour and sequence. */
export const hourlyKey = (prefix: string, hour: number, first: string, last: string, contentHash: string): string =>
  `${hourPrefix(prefix, hour)}${padSequence(first)}-${padSequence(last)}-${contentHash.slice(0, 16)}.ndjson.gz`;

/** What the name of an hourly object says: its hour, epoch milliseconds of stream time, and its least and greatest sequence number. */
export function hourlyPlace(key: string): { hour: number; first: string; last: string } {
  const [, day = '', hour = '', first = '', last = ''] = /dt=([\d-]+)\/hh=(\d+)\/(\d+)-(\d+)-[^/]*$/.exec(key) ?? [];
  const at = Date.parse(`${day}T${hour}:00:00.000Z`);
  if (Number.isNaN(at)) throw foreign(key);
  return { hour: at, first, last };
}

/** `dt=…/<first hour>-<last hour>-<sha16>.ndjson.gz`, the hours as `YYYYMMDDTHH`. */
export function segmentKey(prefix: string, { from, to }: { from: number; to: number }, hash: string): string {
  const named = (time: number): string => hourOf(isoUtc(time)).replaceAll('-', '');
  return `${prefix}dt=${dayOf(isoUtc(from))}/${named(from)}-${named(to)}-${hash.slice(0, 16)}.ndjson.gz`;
}

/** What the name of a segment says: its first and last hour. */
export function segmentHours(key: string): { from: number; to: number } {
  const [, first = '', last = ''] = /(\d{8}T\d\d)-(\d{8}T\d\d)-[0-9a-f]{16}\.ndjson\.gz$/.exec(key) ?? [];
  const [from, to] = [timeOfHour(first), timeOfHour(last)];
  if (Number.isNaN(from + to)) throw foreign(key);
  return { from, to };
}

/** @param hour `YYYYMMDDTHH` */
const timeOfHour = (hour: string): number =>
  Date.parse(hour.replace(/^(....)(..)(..)T(..)$/, '$1-$2-$3T$4:00:00.000Z'));

const foreign = (key: string): AfterwriteError =>
  new AfterwriteError('ARCHIVE_BROKEN', `${key} is no name of an object of this archive`, {
    mend: 'somebody else has put it there: move it elsewhere',
  });

/** Where all that one shard has spilled lies. */
export const spillPrefix = (prefix: string, shard: string): string => `${prefix}${encodeURIComponent(shard)}/`;

/** `<shard>/<first>-<last>-<changes>-<sha16>.ndjson.gz`: what is spilled first sorts first. */
export const spillKey = (
  prefix: string,
  shard: string,
  { first, last, changes }: { first: string; last: string; changes: number },
  contentHash: string,
): string =>
  `${spillPrefix(prefix, shard)}${padSequence(first)}-${padSequence(last)}-${changes}-${contentHash.slice(0, 16)}.ndjson.gz`;

export const claimKey = (prefix: string, contentHash: string): string => `${prefix}${contentHash}.json.gz`;

/** Where all bundles of one collection are: they are of its source's tenant. */
export function collectionPrefix(system: System, names: Names, collection: string, source: Key): string {
  const prefix = datasetPrefix(system, names, 'bundles', { tenant: partOf(system, source), kind: collection });
  return `${prefix}${shortened(encodeURIComponent(source.pk), source.pk)}/`;
}

/** @param prefix of the collection */
export const bundleKey = (prefix: string, bundle: string, contentHash: string): string =>
  `${prefix}${bundle}/${contentHash.slice(0, 16)}.ndjson.gz`;

/** The id of the bundle of which an object's name is. */
export const bundleIn = (key: string): string => key.split('/').at(-2) ?? '';

/** One for each version of an object, whoever refers to it. @param etag S3's, of the object as it is */
export const objectCopyKey = (prefix: string, { bucket, key, versionId }: ObjectRef, etag: string): string =>
  `${prefix}${hashOf(JSON.stringify([bucket, key, versionId ?? null, etag]))}`;

export const hashOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

const shortened = (encoded: string, text: string): string =>
  encoded.length <= LONGEST_PART ? encoded : `${encoded.slice(0, LONGEST_PART - 33)}${CUT}${hashOf(text).slice(0, 32)}`;
