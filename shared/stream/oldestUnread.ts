import { isAfterwriteError } from '../model/errors.ts';
import type { StreamSource } from '../ports/streamSource.ts';
import { EMPTY_PAGES } from './window.ts';

/** What lies behind a position: a record; nothing for now; nothing any more, for the shard is closed; or what is trimmed. */
type Unread = { readonly at: number } | 'none' | 'ended' | 'trimmed';

async function firstUnread(source: StreamSource, shard: string, after: string | undefined): Promise<Unread> {
  try {
    let iterator: string | undefined = await source.open(shard, after);
    for (let page = 0; page < EMPTY_PAGES && iterator !== undefined; page++) {
      const { records, next } = await source.read(iterator);
      if (records[0]) return records[0];
      iterator = next;
    }
    return iterator === undefined ? 'ended' : 'none';
  } catch (error) {
    // What comes next is gone from the stream already, or just now.
    if (isAfterwriteError(error, 'STREAM_TRIMMED')) return 'trimmed';
    throw error;
  }
}

/** Stream time of the oldest record of a shard behind a position, epoch milliseconds; 0 where it is trimmed, undefined where there is none. */
export async function oldestUnread(
  source: StreamSource,
  shard: string,
  after: string | undefined,
): Promise<number | undefined> {
  const unread = await firstUnread(source, shard, after);
  if (typeof unread === 'object') return unread.at;
  return unread === 'trimmed' ? 0 : undefined;
}

/** Whether a closed shard holds nothing behind a position. */
export const isAtEnd = async (source: StreamSource, shard: string, after: string | undefined): Promise<boolean> =>
  (await firstUnread(source, shard, after)) === 'ended';
