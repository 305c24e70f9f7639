import { createHash } from 'node:crypto';
import { asOne, ITEM_KEY, type OwnTable, ownName, type TablePart, type TablesAsOne } from '../model/tables.ts';
import type { StreamSource } from '../ports/streamSource.ts';
import type { Delivery } from './mappingEvent.ts';
import type { StreamRecord } from './record.ts';

/* The streams of several tables, and what is delivered of them, as those of one. Records are translated on the way; nothing is remembered here. */

const BETWEEN = '/';

/** A new stream of one table is a new stream of all: nobody knows what was missed. @param sources one for each part, by its name */
export function streamsAsOne(table: TablesAsOne, sources: ReadonlyMap<string, StreamSource>): StreamSource {
  const named = table.parts.map((part) => ({ part, source: sources.get(part.name) as StreamSource }));
  const within = (text: string): { part: TablePart; source: StreamSource; own: string } => {
    const cut = text.indexOf(BETWEEN);
    const found = named.find(({ part }) => part.name === text.slice(0, cut));
    if (!found) throw new Error(`no table is named in ${text}`);
    return { ...found, own: text.slice(cut + 1) };
  };
  return {
    stream: `tables-${hashOf(named.map(({ source }) => source.stream))}`,
    table: `tables-${hashOf(named.map(({ source }) => source.table ?? ''))}`,
    async shards() {
      const all = await Promise.all(
        named.map(async ({ part, source }) =>
          (await source.shards()).map(({ id, parent }) => ({
            id: `${part.name}${BETWEEN}${id}`,
            parent: parent === undefined ? undefined : `${part.name}${BETWEEN}${parent}`,
          })),
        ),
      );
      return all.flat();
    },
    async open(shard, after) {
      const { part, source, own } = within(shard);
      return `${part.name}${BETWEEN}${await source.open(own, after)}`;
    },
    async read(iterator) {
      const { part, source, own } = within(iterator);
      const { records, next } = await source.read(own);
      return {
        records: records.map((record) => recordAsOne(table, part, record)),
        next: next === undefined ? undefined : `${part.name}${BETWEEN}${next}`,
      };
    },
  };
}

type Sorted = Pick<OwnTable, 'sortKey'>;

/** A batch of one table's stream as one of all of them. @param stream what they are together */
export const deliveryAsOne = (table: Sorted, part: TablePart, stream: string, given: Delivery): Delivery => ({
  stream,
  shard: `${part.name}${BETWEEN}${given.shard}`,
  records: given.records.map((record) => recordAsOne(table, part, record)),
});

function recordAsOne({ sortKey }: Sorted, part: TablePart, record: StreamRecord): StreamRecord {
  const { [part.table.partitionKey]: own } = record.keys;
  const sort = sortKey === undefined ? undefined : record.keys[sortKey];
  const text = own && 'S' in own ? own.S : '';
  return {
    ...record,
    keys: { [ITEM_KEY]: { S: ownName(part, text) }, ...(sortKey !== undefined && sort && { [sortKey]: sort }) },
    old: record.old && asOne(part, record.old),
    new: record.new && asOne(part, record.new),
  };
}

const hashOf = (texts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 24);
