import { isAfterwriteError } from '../model/errors.ts';
import type { StreamSource } from '../ports/streamSource.ts';
import { EMPTY_PAGES } from './window.ts';

/** Stream time of the oldest record of a shard behind a position, epoch milliseconds; 0 where it is trimmed, undefined where there is none. */
export async function oldestUnread(
  source: StreamSource,
  shard: string,
  after: string | undefined,
): Promise<number | undefined> {
  try {
    let iterator: string | undefined = await source.open(shard, after);
    for (let page = 0; page < EMPTY_PAGES && iterator !== undefined; page++) {
      const { records, next } = await source.read(iterator);
      if (records[0]) return records[0].at;
      iterator = next;
    }
    return undefined;
  } catch (error) {
    // What comes next is gone from the stream already, or just now.
    if (isAfterwriteError(error, 'STREAM_TRIMMED')) return 0;
    throw error;
  }
}
