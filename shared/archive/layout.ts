import { createHash } from 'node:crypto';
import { AfterwriteError } from '../model/errors.ts';
import type { Key } from '../model/keys.ts';
import type { Names } from '../model/names.ts';
import type { System } from '../model/system.ts';
import { padSequence } from '../stream/sequence.ts';

/**
 * What the archive holds: `segments` and their `manifests` are of journal and events; in `claims` lies what events only
 * name, in `spill` what waits for the bus and is removed after it.
 */
export const DATASETS = ['journal', 'events', 'segments', 'manifests', 'bundles', 'claims', 'spill'] as const;
export type Dataset = (typeof DATASETS)[number];

/** Systems without tenants keep everything under this one. */
const NO_TENANT = '_';
/** S3 keys may have 1,024 bytes in all; longer parts are cut and told apart by a hash. */
const LONGEST_PART = 200;

/**
 * Keys derive from content and stream time, never from the clock, so that what is written twice has one name:
 * `v1/<dataset>/<system>/<stage>/<tenant>/<table>/…`
 */
export function datasetPrefix(system: System, names: Names, dataset: Dataset): string {
  return `v1/${dataset}/${system.name}/${names.stage}/${NO_TENANT}/${names.table}/`;
}

/** `dt=…/hh=…/<first>-<last>-<sha16>.ndjson.gz`, sorted by hour and sequence. @param hour epoch milliseconds of stream time. */
export function hourlyKey(prefix: string, hour: number, first: string, last: string, contentHash: string): string {
  const iso = new Date(hour).toISOString();
  return `${prefix}dt=${iso.slice(0, 10)}/hh=${iso.slice(11, 13)}/${padSequence(first)}-${padSequence(last)}-${contentHash.slice(0, 16)}.ndjson.gz`;
}

/** What the name of an hourly object says: its hour, epoch milliseconds of stream time, and its least and greatest sequence number. */
export function hourlyPlace(key: string): { hour: number; first: string; last: string } {
  const [, day = '', hour = '', first = '', last = ''] = /dt=([\d-]+)\/hh=(\d+)\/(\d+)-(\d+)-[^/]*$/.exec(key) ?? [];
  const at = Date.parse(`${day}T${hour}:00:00.000Z`);
  if (Number.isNaN(at))
    throw new AfterwriteError('ARCHIVE_BROKEN', `${key} is no name of an object of this archive`, {
      mend: 'somebody else has put it there: move it elsewhere',
    });
  return { hour: at, first, last };
}

/** `dt=…/<first hour>-<last hour>-<sha16>.ndjson.gz`, the hours as `YYYYMMDDTHH`. */
export function segmentKey(prefix: string, { from, to }: { from: number; to: number }, hash: string): string {
  const hourOf = (time: number): string => new Date(time).toISOString().slice(0, 13).replaceAll('-', '');
  const day = new Date(from).toISOString().slice(0, 10);
  return `${prefix}dt=${day}/${hourOf(from)}-${hourOf(to)}-${hash.slice(0, 16)}.ndjson.gz`;
}

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

/** Where all bundles of one collection are. */
export const collectionPrefix = (prefix: string, collection: string, source: Key): string =>
  `${prefix}${collection}/${part(source.pk)}/`;

export const bundleKey = (
  prefix: string,
  collection: string,
  source: Key,
  bundle: string,
  contentHash: string,
): string => `${collectionPrefix(prefix, collection, source)}${bundle}/${contentHash.slice(0, 16)}.ndjson.gz`;

/** The id of the bundle of which an object's name is. */
export const bundleIn = (key: string): string => key.split('/').at(-2) ?? '';

export const hashOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

function part(text: string): string {
  const encoded = encodeURIComponent(text);
  return encoded.length <= LONGEST_PART
    ? encoded
    : `${encoded.slice(0, LONGEST_PART - 33)}~${hashOf(text).slice(0, 32)}`;
}
