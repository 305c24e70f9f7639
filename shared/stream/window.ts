import { isAfterwriteError } from '../model/errors.ts';
import type { StreamSource } from '../ports/streamSource.ts';
import type { StreamRecord } from './record.ts';

/** AWS may answer empty pages before the next record: so many in a row are taken as the present end of a shard. Not tried on AWS. */
export const EMPTY_PAGES = 20;

export interface WindowRecord {
  readonly shard: string;
  readonly record: StreamRecord;
}

/**
 * What a stream holds behind positions, up to its present end; read once, beside the readers, for as long as that takes.
 * A position that is trimmed leads to the oldest record that is left.
 * @param after the position of each shard, undefined for its beginning; a shard that is absent is not read
 */
export async function readWindow(
  source: StreamSource,
  after: ReadonlyMap<string, string | undefined>,
): Promise<WindowRecord[]> {
  const records: WindowRecord[] = [];
  for (const [shard, position] of after)
    for await (const record of shardRecords(source, shard, position)) records.push({ shard, record });
  return records;
}

/**
 * What one shard holds behind a position, up to its present end.
 * @param until epoch milliseconds: what is younger is not waited for, where records keep coming
 */
export async function* shardRecords(
  source: StreamSource,
  shard: string,
  after: string | undefined,
  until = Number.POSITIVE_INFINITY,
): AsyncIterable<StreamRecord> {
  let iterator: string | undefined = await openAt(source, shard, after);
  for (let empty = 0; iterator !== undefined && empty < EMPTY_PAGES; ) {
    const { records, next } = await source.read(iterator);
    yield* records;
    if ((records.at(-1)?.at ?? 0) > until) return;
    empty = records.length === 0 ? empty + 1 : 0;
    iterator = next;
  }
}

async function openAt(source: StreamSource, shard: string, after: string | undefined): Promise<string> {
  try {
    return await source.open(shard, after);
  } catch (error) {
    if (after === undefined || !isAfterwriteError(error, 'STREAM_TRIMMED')) throw error;
    return source.open(shard, undefined);
  }
}
