import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import pMap from 'p-map';
import { type Attributes, decodeAttributes, encodeAttributes } from '../model/attribute.ts';
import { AfterwriteError } from '../model/errors.ts';
import type { Expected, SortRange, StateRecord, StateStore } from '../ports/stateStore.ts';
import { calling, nameOf } from './errors.ts';

export const STATE_PARTITION_KEY = 'PK';
export const STATE_SORT_KEY = 'SK';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const WRITES_A_CALL = 25;
const KEYS_A_READ = 100;
const CALLS_AT_ONCE = 4;

/** Greater than any sort key that afterwrite writes. */
const LAST = '\u{10FFFF}';

export function dynamoStateStore(client: DynamoDBClient, table: string): StateStore {
  return {
    async get(pk, sk) {
      const answer = await calling(`GetItem on ${table}`, () =>
        client.send(new GetItemCommand({ TableName: table, Key: keyOf(pk, sk), ConsistentRead: true })),
      );
      return answer.Item && fromItem(answer.Item as Attributes);
    },
    async getMany(keys) {
      const groups = cut(keys, KEYS_A_READ);
      return (await pMap(groups, (group) => getGroup(client, table, group), { concurrency: CALLS_AT_ONCE })).flat();
    },
    async put(records) {
      const [only, ...more] = records;
      if (!only) return;
      if (more.length > 0)
        await pMap(cut(records, WRITES_A_CALL), (group) => putGroup(client, table, group), {
          concurrency: CALLS_AT_ONCE,
        });
      else
        await calling(`PutItem on ${table}`, () =>
          client.send(new PutItemCommand({ TableName: table, Item: toItem(only) as never })),
        );
    },
    putIfAbsent: (record) =>
      putHeld(client, table, record, { ConditionExpression: `attribute_not_exists(${STATE_PARTITION_KEY})` }),
    putIf: (record, expected) => putHeld(client, table, record, conditionOn(expected)),
    async remove(pk, sk) {
      await calling(`DeleteItem on ${table}`, () =>
        client.send(new DeleteItemCommand({ TableName: table, Key: keyOf(pk, sk) })),
      );
    },
    removeIf: (pk, sk, expected) =>
      held(`DeleteItem on ${table}`, () =>
        client.send(new DeleteItemCommand({ TableName: table, Key: keyOf(pk, sk), ...conditionOn(expected) })),
      ),
    query: (pk, range) => query(client, table, pk, range),
  };
}

type Condition = Pick<
  PutItemCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

function conditionOn(expected: Expected): Condition {
  const fields = Object.entries(expected);
  return {
    ConditionExpression: fields.map((_, i) => `#f${i} = :v${i}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(fields.map(([name], i) => [`#f${i}`, name])),
    ExpressionAttributeValues: encodeAttributes(
      Object.fromEntries(fields.map(([, value], i) => [`:v${i}`, value])),
    ) as never,
  };
}

const putHeld = (client: DynamoDBClient, table: string, record: StateRecord, condition: Condition): Promise<boolean> =>
  held(`PutItem on ${table}`, () =>
    client.send(new PutItemCommand({ TableName: table, Item: toItem(record) as never, ...condition })),
  );

async function held(what: string, write: () => Promise<unknown>): Promise<boolean> {
  try {
    await calling(what, write);
    return true;
  } catch (error) {
    if (nameOf((error as Error).cause) === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

async function getGroup(
  client: DynamoDBClient,
  table: string,
  group: readonly { pk: string; sk: string }[],
): Promise<StateRecord[]> {
  const found: StateRecord[] = [];
  let wanted: unknown[] = group.map(({ pk, sk }) => keyOf(pk, sk));
  while (wanted.length > 0) {
    const request = { [table]: { Keys: wanted as never, ConsistentRead: true } };
    const answer = await calling(`BatchGetItem on ${table}`, () =>
      client.send(new BatchGetItemCommand({ RequestItems: request })),
    );
    found.push(...((answer.Responses?.[table] ?? []) as Attributes[]).map(fromItem));
    wanted = progress(table, wanted, answer.UnprocessedKeys?.[table]?.Keys ?? []);
  }
  return found;
}

async function putGroup(client: DynamoDBClient, table: string, group: readonly StateRecord[]): Promise<void> {
  let wanted: unknown[] = group.map((record) => ({ PutRequest: { Item: toItem(record) } }));
  while (wanted.length > 0) {
    const request = { [table]: wanted as never };
    const answer = await calling(`BatchWriteItem on ${table}`, () =>
      client.send(new BatchWriteItemCommand({ RequestItems: request })),
    );
    wanted = progress(table, wanted, answer.UnprocessedItems?.[table] ?? []);
  }
}

/** What the service left over; where it did nothing at all, the caller backs off. */
export function progress(table: string, wanted: readonly unknown[], left: unknown[]): unknown[] {
  if (left.length > 0 && left.length === wanted.length)
    throw new AfterwriteError('THROTTLED', `${table} took none of ${left.length} requests`, {
      retry: true,
      mend: 'it is tried again, slower',
    });
  return left;
}

async function* query(
  client: DynamoDBClient,
  table: string,
  pk: string,
  range: SortRange | undefined,
): AsyncIterable<StateRecord> {
  const between = range?.from !== undefined || range?.to !== undefined;
  const iterator = paginateQuery(
    { client },
    {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: between ? '#pk = :pk AND #sk BETWEEN :from AND :to' : '#pk = :pk',
      ExpressionAttributeNames: { '#pk': STATE_PARTITION_KEY, ...(between && { '#sk': STATE_SORT_KEY }) },
      ExpressionAttributeValues: {
        ':pk': { S: pk },
        ...(between && { ':from': { S: range?.from ?? ' ' }, ':to': { S: range?.to ?? LAST } }),
      },
    },
  )[Symbol.asyncIterator]();
  for (;;) {
    const page = await calling(`Query on ${table}`, () => iterator.next());
    if (page.done) return;
    for (const item of (page.value.Items ?? []) as Attributes[]) yield fromItem(item);
  }
}

const keyOf = (pk: string, sk: string) => ({ [STATE_PARTITION_KEY]: { S: pk }, [STATE_SORT_KEY]: { S: sk } });

function toItem({ pk, sk, ...fields }: StateRecord): Attributes {
  return { ...encodeAttributes(fields), ...keyOf(pk, sk) };
}

function fromItem(item: Attributes): StateRecord {
  const { [STATE_PARTITION_KEY]: pk, [STATE_SORT_KEY]: sk, ...fields } = decodeAttributes(item);
  return { ...fields, pk: String(pk), sk: String(sk) };
}

const cut = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
