import { HOUR_MS } from '../model/time.ts';
import type { StreamRecord } from '../stream/record.ts';

/** For so long a stream holds a record at least. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html */
export const STREAM_KEEPS_MS = 24 * HOUR_MS;

export interface Shard {
  readonly id: string;
  /** Read only after its parent is finished; undefined for a first shard. */
  readonly parent: string | undefined;
}

export interface Page {
  readonly records: readonly StreamRecord[];
  /** Undefined: the shard is closed and read to its end. */
  readonly next: string | undefined;
}

/**
 * One table's stream. The source pages and retries what the service asks to retry; it keeps no position.
 * Throws STREAM_EXPIRED_ITERATOR (open again), STREAM_TRIMMED (the position is older than the stream), THROTTLED.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
export interface StreamSource {
  /** Names this stream: a table whose stream was turned off and on has a new one. */
  readonly stream: string;
  /** Tells this table from an earlier one of the same name; absent: nobody knows. */
  readonly table?: string | undefined;
  /** All shards that the stream still holds, in no order. */
  shards(): Promise<Shard[]>;
  /** An iterator behind `after`, or at the oldest record (TRIM_HORIZON). */
  open(shard: string, after: string | undefined): Promise<string>;
  /** Up to 1,000 records or 1 MB. An empty page is not the end. */
  read(iterator: string): Promise<Page>;
}
