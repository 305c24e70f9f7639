import { isAfterwriteError } from '../model/errors.ts';
import type { StreamSource } from '../ports/streamSource.ts';

/** AWS may answer empty pages before the first record. */
const PAGES_LOOKED_AT = 5;

/** Stream time of the oldest record of a shard behind a position, epoch milliseconds; 0 where it is trimmed, undefined where there is none. */
export async function oldestUnread(
  source: StreamSource,
  shard: string,
  after: string | undefined,
): Promise<number | undefined> {
  let iterator: string | undefined = await source.open(shard, after).catch((error: unknown) => {
    if (isAfterwriteError(error, 'STREAM_TRIMMED')) return undefined;
    throw error;
  });
  // Trimmed: what comes next is gone from the stream already.
  if (iterator === undefined) return 0;
  for (let page = 0; page < PAGES_LOOKED_AT && iterator !== undefined; page++) {
    const { records, next } = await source.read(iterator);
    if (records[0]) return records[0].at;
    iterator = next;
  }
  return undefined;
}
