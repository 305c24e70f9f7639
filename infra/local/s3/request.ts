import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { S3Error } from './errors.ts';

/** One request, its target taken apart. `bucket` and `key` are '' where the path has none. */
export interface S3Request {
  method: string;
  bucket: string;
  key: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Readable;
}

export interface Reply {
  status: number;
  headers?: Record<string, string | number>;
  body?: string | Buffer | Readable;
}

/** S3 User Guide, "Object key naming guidelines": the length of a key, in UTF-8 bytes. */
const LONGEST_KEY = 1024;

/**
 * The path is split by hand: URL parsers resolve `..` and `//`, which are part of a key here. The first segment is the
 * bucket (path style), all behind its slash is the key.
 */
export function parseTarget(url: string): Pick<S3Request, 'bucket' | 'key' | 'query'> {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
  const slash = path.indexOf('/', 1);
  const bucket = decode(slash === -1 ? path.slice(1) : path.slice(1, slash));
  const key = slash === -1 ? '' : decode(path.slice(slash + 1));
  checkKey(key);
  return { bucket, key, query };
}

export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > LONGEST_KEY) throw new S3Error('KeyTooLongError');
}

export function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new S3Error('InvalidURI');
  }
}

export function toRequest(message: IncomingMessage): S3Request {
  const target = parseTarget(message.url ?? '/');
  return { method: message.method ?? 'GET', headers: message.headers, body: message, ...target };
}

/** One header's value; undefined where it is absent or empty. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  const text = Array.isArray(value) ? value.join(',') : value;
  return text === '' ? undefined : text;
}
