import { S3Error } from './errors.ts';

/** Positions within a body, both included, as HTTP counts them. */
export interface ByteRange {
  first: number;
  last: number;
}

const SINGLE_RANGE = /^bytes=(\d*)-(\d*)$/;

/**
 * The range that a Range header asks of a body of `size` bytes; undefined means the whole body. What S3 doesn't
 * understand (other units, several ranges, a last before the first) it ignores; what lies outside it refuses.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = header === undefined ? null : SINGLE_RANGE.exec(header.trim());
  if (header === undefined || match === null) return undefined;
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return undefined;
  const range = from === '' ? suffix(Number(to), size) : within(Number(from), to === '' ? Infinity : Number(to), size);
  if (range !== undefined && range.first >= size) {
    throw new S3Error('InvalidRange', undefined, { RangeRequested: header, ActualObjectSize: String(size) });
  }
  return range;
}

const suffix = (length: number, size: number): ByteRange => ({ first: Math.max(0, size - length), last: size - 1 });

const within = (first: number, last: number, size: number): ByteRange | undefined =>
  last < first ? undefined : { first, last: Math.min(last, size - 1) };
