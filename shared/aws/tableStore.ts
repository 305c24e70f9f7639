import { BatchGetItemCommand, type DynamoDBClient, paginateQuery, QueryCommand } from '@aws-sdk/client-dynamodb';
import pMap from 'p-map';
import type { Attributes } from '../model/attribute.ts';
import { isAfterwriteError } from '../model/errors.ts';
import { type Key, keyId } from '../model/keys.ts';
import type { TableDeclaration } from '../model/system.ts';
import type { Backfilling, ItemWrite, ItemWriter, TableStore } from '../ports/tableStore.ts';
import { keyOf } from '../stream/change.ts';
import { calling } from './errors.ts';
import { StatementBatches } from './statements.ts';
import { progress } from './stateStore.ts';
import { pages, pagesBehind, scan } from './tableScans.ts';
import { TableWrites } from './tableWrites.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const KEYS_A_READ = 100;
const READS_AT_ONCE = 4;
/** Single conditional writes, so many in flight: measured faster than batches of statements on items of this size. */
const WRITES_AT_ONCE = 16;
const MAX_PAGE = 1_000;

export function dynamoTableStore(
  client: DynamoDBClient,
  name: string,
  table: TableDeclaration,
): TableStore & ItemWriter {
  const writes = new TableWrites(client, name, table);
  const statements = new StatementBatches(client, name);
  const each = <Item>(items: readonly Item[], write: (item: Item) => Promise<boolean>): Promise<boolean[]> =>
    pMap(items, write, { concurrency: WRITES_AT_ONCE });
  return {
    read: (keys) => readAll(client, name, table, writes, keys),
    replace: async (replacements) =>
      (await statements.execute(replacements.map((one) => writes.replace(one)))).map((held) =>
        held ? 'written' : 'conflict',
      ),
    putIfAbsent: (items) => pMap(items, (item) => insert(writes, item), { concurrency: WRITES_AT_ONCE }),
    write: (all) => writeAll(writes, table, all),
    fill: (fillings) => each(fillings, (filling) => writes.fill(filling)),
    backfill: (all) => pMap(all, (one) => backfill(writes, one), { concurrency: WRITES_AT_ONCE }),
    mark: (markings) => each(markings, (marking) => writes.mark(marking)),
    unmark: (keys) => each(keys, (key) => writes.unmark(key)),
    removeMarked: (copies, bundle) => each(copies, (copy) => writes.removeMarked(copy, bundle)),
    removeExpired: (keys, now) => each(keys, (key) => writes.removeExpired(key, now)),
    partition: (pk) =>
      pages(`Query on ${name}`, () =>
        paginateQuery({ client }, { TableName: name, ConsistentRead: true, ...equals(table.partitionKey, pk) }),
      ),
    expired: (now) =>
      scan(client, name, {
        FilterExpression: '#ttl <= :now',
        ExpressionAttributeNames: { '#ttl': table.ttl ?? '' },
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1000)) } },
      }),
    scan: () => scan(client, name, { ConsistentRead: true }),
    pages: (after) => pagesBehind(client, name, after && writes.keyAttributes(after)),
    queryIndex: (index, partition, limit) => queryIndex(client, name, table, index, partition, limit),
  };
}

const insert = async (writes: TableWrites, item: Attributes): Promise<'written' | 'present' | 'refused'> => {
  const held = await unlessRefused(() => writes.insert(item));
  return held === 'refused' ? held : held ? 'written' : 'present';
};

const backfill = async (writes: TableWrites, one: Backfilling): Promise<'written' | 'conflict' | 'refused'> => {
  const held = await unlessRefused(() => writes.backfill(one));
  return held === 'refused' ? held : held ? 'written' : 'conflict';
};

async function unlessRefused(write: () => Promise<boolean>): Promise<boolean | 'refused'> {
  try {
    return await write();
  } catch (error) {
    if (isAfterwriteError(error, 'ITEM_REFUSED')) return 'refused';
    throw error;
  }
}

async function writeAll(
  writes: TableWrites,
  table: TableDeclaration,
  all: readonly ItemWrite[],
): Promise<('written' | 'refused')[]> {
  const outcomes: ('written' | 'refused')[] = all.map(() => 'written');
  const byItem = new Map<string, number[]>();
  for (const [place, write] of all.entries()) {
    const id = keyId('put' in write ? keyOf(table, write.put) : write.remove);
    byItem.set(id, [...(byItem.get(id) ?? []), place]);
  }
  const one = async (place: number): Promise<void> => {
    const write = all[place] as ItemWrite;
    const held = await unlessRefused(() => ('put' in write ? writes.put(write.put) : writes.remove(write.remove)));
    if (held === 'refused') outcomes[place] = held;
  };
  const inOrder = async (places: readonly number[]): Promise<void> => {
    for (const place of places) await one(place);
  };
  await pMap(byItem.values(), inOrder, { concurrency: WRITES_AT_ONCE });
  return outcomes;
}

async function readAll(
  client: DynamoDBClient,
  name: string,
  table: TableDeclaration,
  writes: TableWrites,
  keys: readonly Key[],
): Promise<Map<string, Attributes>> {
  const found = new Map<string, Attributes>();
  const distinct = [...new Map(keys.map((key) => [keyId(key), key])).values()];
  const groups = Array.from({ length: Math.ceil(distinct.length / KEYS_A_READ) }, (_, i) =>
    distinct.slice(i * KEYS_A_READ, (i + 1) * KEYS_A_READ),
  );
  const readGroup = async (group: Key[]): Promise<void> => {
    let wanted: Attributes[] = group.map((key) => writes.keyAttributes(key));
    while (wanted.length > 0) {
      const request = { [name]: { Keys: wanted as never, ConsistentRead: true } };
      const answer = await calling(`BatchGetItem on ${name}`, () =>
        client.send(new BatchGetItemCommand({ RequestItems: request })),
      );
      for (const item of (answer.Responses?.[name] ?? []) as Attributes[]) found.set(keyId(keyOf(table, item)), item);
      wanted = progress(name, wanted, answer.UnprocessedKeys?.[name]?.Keys ?? []) as Attributes[];
    }
  };
  await pMap(groups, readGroup, { concurrency: READS_AT_ONCE });
  return found;
}

async function queryIndex(
  client: DynamoDBClient,
  name: string,
  table: TableDeclaration,
  index: string,
  partition: string,
  limit: number,
): Promise<Attributes[]> {
  const declared = table.indexes?.find((candidate) => candidate.name === index);
  const items: Attributes[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const answer = await calling(`Query of ${index} on ${name}`, () =>
      client.send(
        new QueryCommand({
          TableName: name,
          IndexName: index,
          ScanIndexForward: false,
          Limit: Math.min(MAX_PAGE, limit - items.length),
          ...equals(declared?.partition ?? '', partition),
          ...(start && { ExclusiveStartKey: start as never }),
        }),
      ),
    );
    items.push(...((answer.Items ?? []) as Attributes[]));
    start = answer.LastEvaluatedKey;
  } while (start && items.length < limit);
  return items;
}

const equals = (attribute: string, value: string) => ({
  KeyConditionExpression: '#pk = :pk',
  ExpressionAttributeNames: { '#pk': attribute },
  ExpressionAttributeValues: { ':pk': { S: value } },
});
