import { isoSeconds } from '../../../shared/model/time.ts';
import type { Place } from './arn.ts';
import type { CheckedEntry } from './entry.ts';
import type { JsonObject } from './pattern/pattern.ts';

/** An event as rules see it and targets receive it. */
export interface DeliveredEvent {
  readonly id: string;
  /** The parsed envelope, for matching. */
  readonly event: JsonObject;
  /** The envelope as one line of JSON, its detail to the digit as it was put. */
  readonly line: string;
}

interface Meta {
  readonly id: string;
  readonly place: Place;
  /** Milliseconds since the epoch; the envelope tells whole seconds. */
  readonly time: number;
  readonly resources: readonly string[];
}

export const envelope = (entry: CheckedEntry, meta: Meta): DeliveredEvent => {
  const head = {
    version: '0',
    id: meta.id,
    'detail-type': entry.detailType,
    source: entry.source,
    account: meta.place.account,
    time: isoSeconds(meta.time),
    region: meta.place.region,
    resources: meta.resources,
  };
  return {
    id: meta.id,
    event: { ...head, detail: entry.detail },
    line: `${JSON.stringify(head).slice(0, -1)}${DETAIL}${onOneLine(entry.detailText)}}`,
  };
};

const DETAIL = ',"detail":';

/** The detail in an event's line. What stands before it holds no other member of that name: in strings, quotes are escaped. */
export const detailTextIn = (line: string): string => line.slice(line.indexOf(DETAIL) + DETAIL.length, -1);

/** Line ends are white space in JSON, as a string holds them only escaped; the Unicode separators stand in strings only. */
const onOneLine = (json: string): string =>
  json
    .trim()
    .replace(/[\r\n]+/g, ' ')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
