import { createHash } from 'node:crypto';
import type { Key } from '../model/keys.ts';
import type { Names } from '../model/names.ts';
import type { System } from '../model/system.ts';
import { padSequence } from '../stream/sequence.ts';

/** What the archive holds; in `claims` what events only name, in `spill` what waits for the bus and is removed after it. */
export type Dataset = 'journal' | 'events' | 'bundles' | 'claims' | 'spill';

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

export const hashOf = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

function part(text: string): string {
  const encoded = encodeURIComponent(text);
  return encoded.length <= LONGEST_PART
    ? encoded
    : `${encoded.slice(0, LONGEST_PART - 33)}~${hashOf(text).slice(0, 32)}`;
}
