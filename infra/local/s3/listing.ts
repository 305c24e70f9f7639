import { S3Error } from './errors.ts';
import type { SortedKeys } from './sortedKeys.ts';

export interface ListingQuery {
  prefix: string;
  delimiter: string;
  maxKeys: number;
  startAfter: string;
  token: string | undefined;
}

export interface ListingPage<T> {
  objects: (readonly [key: string, object: T])[];
  commonPrefixes: string[];
  /** Present where more follows. */
  nextToken?: string;
}

/** One page in key order. Keys that share the part up to the delimiter are one common prefix, and count as one. */
export function listPage<T>(keys: SortedKeys<T>, query: ListingQuery): ListingPage<T> {
  const page: ListingPage<T> = { objects: [], commonPrefixes: [] };
  if (query.maxKeys === 0) return page;
  let position = startOf(keys, query);
  let last = '';
  for (let count = 0; ; count++) {
    const entry = keys.at(position);
    if (entry === undefined || !entry[0].startsWith(query.prefix)) return page;
    if (count === query.maxKeys) return { ...page, nextToken: last };
    const group = commonPrefix(entry[0], query);
    if (group === undefined) page.objects.push(entry);
    else page.commonPrefixes.push(group);
    position = group === undefined ? position + 1 : keys.firstAfterPrefix(group);
    last = group === undefined ? toToken('key', entry[0]) : toToken('prefix', group);
  }
}

function startOf<T>(keys: SortedKeys<T>, query: ListingQuery): number {
  const start = keys.firstNotBefore(query.prefix);
  if (query.token !== undefined) return Math.max(start, resume(keys, query.token));
  return query.startAfter === '' ? start : Math.max(start, keys.firstAfter(query.startAfter));
}

function commonPrefix(key: string, { prefix, delimiter }: ListingQuery): string | undefined {
  if (delimiter === '') return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end === -1 ? undefined : key.slice(0, end + delimiter.length);
}

/** A token names what the page ended with, so that keys may come and go between pages. */
const toToken = (kind: 'key' | 'prefix', name: string): string =>
  Buffer.from(`${kind}:${name}`, 'utf8').toString('base64url');

function resume<T>(keys: SortedKeys<T>, token: string): number {
  const [, kind, name] = /^(key|prefix):(.*)$/s.exec(Buffer.from(token, 'base64url').toString('utf8')) ?? [];
  if (kind === undefined || name === undefined) {
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
  }
  return kind === 'key' ? keys.firstAfter(name) : keys.firstAfterPrefix(name);
}
