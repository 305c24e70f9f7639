import type { StreamSource } from '../../shared/ports/streamSource.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';

/** DynamoDB Local gives an empty page before what was just written at times: so many in a row are the end. */
const EMPTY_PAGES = 3;

export async function gather<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const gathered: Item[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}

/** All that one shard holds behind a position. */
export async function readShard(source: StreamSource, shard: string, after?: string): Promise<StreamRecord[]> {
  const records: StreamRecord[] = [];
  let iterator: string | undefined = await source.open(shard, after);
  for (let empty = 0; iterator !== undefined && empty < EMPTY_PAGES; ) {
    const page = await source.read(iterator);
    records.push(...page.records);
    empty = page.records.length === 0 ? empty + 1 : 0;
    iterator = page.next;
  }
  return records;
}

export async function readAll(source: StreamSource): Promise<StreamRecord[]> {
  const records: StreamRecord[] = [];
  for (const { id } of await source.shards()) records.push(...(await readShard(source, id)));
  return records;
}
