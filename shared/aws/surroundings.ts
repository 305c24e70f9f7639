import { DescribeTableCommand, type DynamoDBClient, type TableDescription } from '@aws-sdk/client-dynamodb';
import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import type { LifecycleRule } from '../archive/lifecycle.ts';
import { isAfterwriteError } from '../model/errors.ts';
import type { Surroundings, TableFacts } from '../ports/surroundings.ts';
import { type CallOptions, type Clients, type Connection, clientConfig } from './clients.ts';
import { calling } from './errors.ts';
import { eventBridgeBus } from './eventBus.ts';
import { hasRules } from './provisionLifecycle.ts';
import { hasBucket } from './provisionRest.ts';
import { describeTable, isNoTable, keysIn, keysNotText, ttlOf } from './provisionTables.ts';

/** @param rules that the bucket should have */
export function awsSurroundings(
  connection: Connection,
  { dynamodb, events, s3 }: Clients,
  rules: readonly LifecycleRule[],
): Surroundings {
  // A stand-in for the table has no mappings that read it.
  const { dynamodb: standIn, lambda } = connection.endpoints;
  const functions = standIn === undefined || lambda !== undefined ? functionsOf(connection) : undefined;
  return {
    table: (name) => tableFacts(dynamodb, name),
    readers: async (streamArn) => (functions ? readersOf(functions, streamArn) : undefined),
    hasBus: (name) =>
      eventBridgeBus(events, name)
        .describe()
        .then(() => true)
        .catch((error: unknown) => {
          if (isAfterwriteError(error, 'BUS_MISSING')) return false;
          throw error;
        }),
    bucket: async (name) => ((await hasBucket(s3, name)) ? { rulesFit: await hasRules(s3, name, rules) } : undefined),
    serviceTime: () => serviceTime(dynamodb),
  };
}

/** As the service describes a table; undefined where there is none. */
export async function tableFacts(dynamodb: DynamoDBClient, name: string): Promise<TableFacts | undefined> {
  const table = await describeTable(dynamodb, name);
  if (!table) return undefined;
  const { partition, sort } = keysIn(table.KeySchema);
  const { StreamSpecification: stream, LatestStreamArn: streamArn } = table;
  return {
    partitionKey: partition,
    sortKey: sort,
    keysNotText: keysNotText(table),
    stream: stream?.StreamEnabled ? stream.StreamViewType : undefined,
    ...(streamArn !== undefined && { streamArn }),
    ttl: (await ttlOf(dynamodb, name))?.AttributeName,
    indexes: (table.GlobalSecondaryIndexes ?? []).map(({ IndexName = '', KeySchema }) => {
      const keys = keysIn(KeySchema);
      return { name: IndexName, ...keys, sortType: typeOf(table, keys.sort) };
    }),
  };
}

const CALLS: CallOptions = { maxAttempts: 3, timeouts: { connectionTimeout: 5_000, requestTimeout: 10_000 } };

const functionsOf = (connection: Connection): LambdaClient =>
  new LambdaClient(clientConfig(connection, 'lambda', CALLS));

function typeOf({ AttributeDefinitions = [] }: TableDescription, name: string | undefined): 'S' | 'N' | undefined {
  const type = AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
  return type === 'S' || type === 'N' ? type : undefined;
}

/** Functions by ARN; undefined where nobody may ask. */
async function readersOf(functions: LambdaClient, stream: string): Promise<string[] | undefined> {
  try {
    const { EventSourceMappings = [] } = await calling('ListEventSourceMappings', () =>
      functions.send(new ListEventSourceMappingsCommand({ EventSourceArn: stream })),
    );
    return EventSourceMappings.map(({ FunctionArn = '?' }) => FunctionArn);
  } catch (error) {
    if (isAfterwriteError(error)) return undefined;
    throw error;
  }
}

/** Every answer over HTTP has the sender's date (RFC 9110, 6.6.1). */
async function serviceTime(dynamodb: DynamoDBClient): Promise<number | undefined> {
  let date: string | undefined;
  const command = new DescribeTableCommand({ TableName: 'afterwrite-asks-for-the-time' });
  command.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      date = (answer.response as { headers?: Record<string, string> }).headers?.date;
      return answer;
    },
    { step: 'deserialize', priority: 'low', name: 'date' },
  );
  await calling('DescribeTable', () => dynamodb.send(command)).catch((error: unknown) => {
    if (!isNoTable(error)) throw error;
  });
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : time;
}
