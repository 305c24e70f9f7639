import {
  type AttributeDefinition,
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  type TableDescription,
  type TimeToLiveDescription,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { AfterwriteError } from '../model/errors.ts';
import type { TableDeclaration } from '../model/system.ts';
import { calling, nameOf } from './errors.ts';
import { SEEN_PARTITION_KEY, SEEN_TTL } from './seenStore.ts';
import { STATE_PARTITION_KEY, STATE_SORT_KEY } from './stateStore.ts';
import { KEYS_ARE_TEXT, turnOnStream } from './tableMends.ts';

const WAIT_SECONDS = 60;

/** Makes a system's table where it is missing; one that is there must fit. TTL is turned on for either. Says what was done. */
export async function provisionTable(
  client: DynamoDBClient,
  name: string,
  table: TableDeclaration,
): Promise<{ readonly table: boolean; readonly ttl: boolean }> {
  const existing = await describeTable(client, name);
  if (existing) checkTable(existing, name, table);
  else await createTable(client, name, table, true);
  const ttl = table.ttl !== undefined && (await enableTtl(client, name, table.ttl));
  return { table: existing === undefined, ttl };
}

/** Makes the state table where it is missing. True where it was made. */
export const provisionStateTable = (client: DynamoDBClient, name: string): Promise<boolean> =>
  provisionOwn(client, name, { name: () => name, partitionKey: STATE_PARTITION_KEY, sortKey: STATE_SORT_KEY });

/** Makes the table of what subscribers have seen where it is missing. True where it was made. */
export async function provisionSeenTable(client: DynamoDBClient, name: string): Promise<boolean> {
  const made = await provisionOwn(client, name, { name: () => name, partitionKey: SEEN_PARTITION_KEY });
  await enableTtl(client, name, SEEN_TTL);
  return made;
}

async function provisionOwn(client: DynamoDBClient, name: string, table: TableDeclaration): Promise<boolean> {
  const existing = await describeTable(client, name);
  if (existing) checkKeys(existing, name, table);
  else await createTable(client, name, table, false);
  return existing === undefined;
}

interface TableStream {
  readonly stream: string;
  /** Tells the table from others that had its name before. */
  readonly table: string;
}

/** The table's stream. Throws TABLE_MISSING, TABLE_NOT_OURS. */
export async function streamOf(client: DynamoDBClient, name: string, table: TableDeclaration): Promise<TableStream> {
  const description = await describeTable(client, name);
  if (!description)
    throw new AfterwriteError('TABLE_MISSING', `the table '${name}' does not exist`, {
      mend: "create it with 'afterwrite provision', or check --stage and the endpoint",
    });
  checkTable(description, name, table);
  const { TableId, CreationDateTime, LatestStreamArn } = description;
  return { stream: LatestStreamArn ?? '', table: TableId ?? CreationDateTime?.toISOString() ?? '' };
}

/** Undefined where there is none. */
export async function describeTable(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await calling(`DescribeTable ${name}`, () => client.send(new DescribeTableCommand({ TableName: name }))))
      .Table;
  } catch (error) {
    if (isNoTable(error)) return undefined;
    throw error;
  }
}

export const isNoTable = (error: unknown): boolean => nameOf((error as Error).cause) === 'ResourceNotFoundException';

export function keysIn(schema: readonly KeySchemaElement[] = []) {
  const of = (type: string): string | undefined => schema.find(({ KeyType }) => KeyType === type)?.AttributeName;
  return { partition: of('HASH'), sort: of('RANGE') };
}

/** A key is text to all that reads one; of numbers and bytes none would be found again. */
export const keysNotText = ({ KeySchema = [], AttributeDefinitions = [] }: TableDescription): string[] =>
  KeySchema.flatMap(({ AttributeName: name }) =>
    name !== undefined && AttributeDefinitions.some((one) => one.AttributeName === name && one.AttributeType !== 'S')
      ? [name]
      : [],
  );

function checkTable(description: TableDescription, name: string, table: TableDeclaration): void {
  checkKeys(description, name, table);
  if (
    !description.StreamSpecification?.StreamEnabled ||
    description.StreamSpecification.StreamViewType !== 'NEW_AND_OLD_IMAGES'
  )
    throw notOurs(name, 'its stream is off, or lacks one of both images', turnOnStream(name));
}

function checkKeys(description: TableDescription, name: string, table: TableDeclaration): void {
  const { partition, sort } = keysIn(description.KeySchema);
  if (partition !== table.partitionKey || sort !== table.sortKey)
    throw notOurs(
      name,
      `its key is ${partition} / ${sort}, not ${table.partitionKey} / ${table.sortKey}`,
      'use another --stage, or another account',
    );
  const [other] = keysNotText(description);
  if (other !== undefined) throw notOurs(name, `its key '${other}' is no text`, KEYS_ARE_TEXT);
}

const notOurs = (name: string, what: string, mend: string): AfterwriteError =>
  new AfterwriteError('TABLE_NOT_OURS', `the table '${name}' exists, but ${what}`, { mend });

async function createTable(
  client: DynamoDBClient,
  name: string,
  table: TableDeclaration,
  stream: boolean,
): Promise<void> {
  const indexes = table.indexes ?? [];
  const types = new Map<string, 'S' | 'N'>([[table.partitionKey, 'S']]);
  if (table.sortKey !== undefined) types.set(table.sortKey, 'S');
  for (const { partition, sort, sortType = 'S' } of indexes) {
    types.set(partition, 'S');
    if (sort !== undefined) types.set(sort, sortType);
  }
  await calling(`CreateTable ${name}`, () =>
    client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [...types].map(
          ([AttributeName, AttributeType]): AttributeDefinition => ({ AttributeName, AttributeType }),
        ),
        KeySchema: keySchema(table.partitionKey, table.sortKey),
        ...(indexes.length > 0 && {
          GlobalSecondaryIndexes: indexes.map((index) => ({
            IndexName: index.name,
            KeySchema: keySchema(index.partition, index.sort),
            Projection: projectionOf(index.include),
          })),
        }),
        ...(stream && { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const } }),
      }),
    ),
  );
  await calling(`waiting for ${name}`, () =>
    waitUntilTableExists({ client, maxWaitTime: WAIT_SECONDS }, { TableName: name }),
  );
}

const projectionOf = (include: readonly string[] | undefined) =>
  include ? { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...include] } : { ProjectionType: 'ALL' as const };

const keySchema = (partition: string, sort: string | undefined) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  ...(sort === undefined ? [] : [{ AttributeName: sort, KeyType: 'RANGE' as const }]),
];

/** Undefined where it is off. */
export async function ttlOf(client: DynamoDBClient, name: string): Promise<TimeToLiveDescription | undefined> {
  const { TimeToLiveDescription: ttl } = await calling(`DescribeTimeToLive ${name}`, () =>
    client.send(new DescribeTimeToLiveCommand({ TableName: name })),
  );
  return ttl?.TimeToLiveStatus === 'ENABLED' || ttl?.TimeToLiveStatus === 'ENABLING' ? ttl : undefined;
}

async function enableTtl(client: DynamoDBClient, name: string, attribute: string): Promise<boolean> {
  if (await ttlOf(client, name)) return false;
  await calling(`UpdateTimeToLive ${name}`, () =>
    client.send(
      new UpdateTimeToLiveCommand({
        TableName: name,
        TimeToLiveSpecification: { AttributeName: attribute, Enabled: true },
      }),
    ),
  );
  return true;
}
