import type { IncomingHttpHeaders } from 'node:http';
import { S3Error } from './errors.ts';
import { header } from './request.ts';

/**
 * Conditional writes, as S3 documents them: the first to finish wins, the others get 412 PreconditionFailed. 409
 * ConditionalRequestConflict comes where a delete removed the key while the conditional write was under way: the
 * client may try again. Checked when the whole body is there, in the same turn of the event loop as the write becomes
 * visible.
 */
export interface WriteConditions {
  mustBeAbsent: boolean;
  ifMatch: string | undefined;
}

interface Dated {
  etag: string;
  /** Milliseconds since the epoch. */
  modifiedAt: number;
}

export function writeConditions(headers: IncomingHttpHeaders): WriteConditions {
  const ifNoneMatch = header(headers, 'if-none-match');
  const ifMatch = header(headers, 'if-match');
  if (ifNoneMatch !== undefined && (ifNoneMatch !== '*' || ifMatch !== undefined)) throw new S3Error('NotImplemented');
  return { mustBeAbsent: ifNoneMatch === '*', ifMatch };
}

export const isConditional = ({ mustBeAbsent, ifMatch }: WriteConditions): boolean =>
  mustBeAbsent || ifMatch !== undefined;

export function checkWrite(conditions: WriteConditions, existing: Dated | undefined): void {
  if (conditions.mustBeAbsent && existing !== undefined) {
    throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-None-Match' });
  }
  if (conditions.ifMatch === undefined) return;
  if (existing === undefined) throw new S3Error('NoSuchKey');
  if (!matches(conditions.ifMatch, existing.etag)) {
    throw new S3Error('PreconditionFailed', undefined, { Condition: 'If-Match' });
  }
}

/**
 * Whether a read gets the object or 304 Not Modified; throws where a condition does not hold. An entity tag outweighs
 * the date beside it (RFC 9110, section 13.2.2). `headerPrefix` is that of CopyObject's conditions on its source.
 */
export function checkRead(
  headers: IncomingHttpHeaders,
  object: Dated,
  headerPrefix: '' | 'x-amz-copy-source-' = '',
): 'read' | 'not-modified' {
  const ifMatch = header(headers, `${headerPrefix}if-match`);
  const ifNoneMatch = header(headers, `${headerPrefix}if-none-match`);
  const unmodified = modifiedSince(header(headers, `${headerPrefix}if-unmodified-since`), object) !== true;
  const modified = modifiedSince(header(headers, `${headerPrefix}if-modified-since`), object) !== false;
  if (!(ifMatch === undefined ? unmodified : matches(ifMatch, object.etag))) {
    throw new S3Error('PreconditionFailed', undefined, { Condition: ifMatch ? 'If-Match' : 'If-Unmodified-Since' });
  }
  const isNew = ifNoneMatch === undefined ? modified : !matches(ifNoneMatch, object.etag);
  return isNew ? 'read' : 'not-modified';
}

function modifiedSince(date: string | undefined, { modifiedAt }: Dated): boolean | undefined {
  const since = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isNaN(since) ? undefined : Math.floor(modifiedAt / 1000) * 1000 > since;
}

const matches = (list: string, etag: string): boolean =>
  list.split(',').some((tag) => tag.trim() === '*' || tag.trim().replaceAll('"', '') === etag);
