import type { Attributes } from '../model/attribute.ts';

/**
 * A stream record with both images, free of any SDK's types.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
 */
export interface StreamRecord {
  readonly eventId: string;
  readonly sequence: string;
  /** Approximate creation time, epoch milliseconds. */
  readonly at: number;
  readonly keys: Attributes;
  readonly old: Attributes | undefined;
  readonly new: Attributes | undefined;
  /** The service's own TTL deletion, by its userIdentity. */
  readonly byTtl: boolean;
  /** Of no stream: what was in the table when afterwrite was attached. */
  readonly origin?: 'snapshot';
}

/** Of a record's userIdentity. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html */
export const isByTtl = (type: string | undefined, principal: string | undefined): boolean =>
  type === 'Service' && principal === 'dynamodb.amazonaws.com';
