import {
  DescribeTableCommand,
  type DescribeTableCommandOutput,
  DescribeTimeToLiveCommand,
  type KeySchemaElement,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { DescribeEventBusCommand } from '@aws-sdk/client-eventbridge';
import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import type { LifecycleRule } from '../archive/lifecycle.ts';
import { isAfterwriteError } from '../model/errors.ts';
import type { Surroundings } from '../ports/surroundings.ts';
import { type CallOptions, type Clients, type Connection, clientConfig } from './clients.ts';
import { calling, nameOf } from './errors.ts';
import { hasRules } from './provisionLifecycle.ts';

/** @param rules that the bucket should have */
export function awsSurroundings(
  connection: Connection,
  { dynamodb, events, s3 }: Clients,
  rules: readonly LifecycleRule[],
): Surroundings {
  // A stand-in for the table has no mappings that read it.
  const { dynamodb: standIn, lambda } = connection.endpoints;
  const functions = standIn === undefined || lambda !== undefined ? functionsOf(connection) : undefined;
  const describe = (name: string): Promise<DescribeTableCommandOutput | undefined> =>
    unlessMissing(['ResourceNotFoundException'], `DescribeTable ${name}`, () =>
      dynamodb.send(new DescribeTableCommand({ TableName: name })),
    );
  const ttlOf = async (name: string): Promise<string | undefined> => {
    const answer = await calling(`DescribeTimeToLive ${name}`, () =>
      dynamodb.send(new DescribeTimeToLiveCommand({ TableName: name })),
    );
    const { TimeToLiveStatus: status, AttributeName } = answer.TimeToLiveDescription ?? {};
    return status === 'ENABLED' || status === 'ENABLING' ? AttributeName : undefined;
  };
  return {
    table: async (name) => {
      const table = (await describe(name))?.Table;
      if (!table) return undefined;
      const { partition, sort } = keysOf(table.KeySchema);
      return {
        partitionKey: partition,
        sortKey: sort,
        stream: table.StreamSpecification?.StreamEnabled ? table.StreamSpecification.StreamViewType : undefined,
        ttl: await ttlOf(name),
        indexes: (table.GlobalSecondaryIndexes ?? []).map(({ IndexName = '', KeySchema }) => ({
          name: IndexName,
          ...keysOf(KeySchema),
          sortType: typeOf(table, keysOf(KeySchema).sort),
        })),
      };
    },
    readers: async (name) => {
      const stream = (await describe(name))?.Table?.LatestStreamArn;
      return functions && stream !== undefined ? readersOf(functions, stream) : undefined;
    },
    hasBus: async (name) =>
      (await unlessMissing(['ResourceNotFoundException'], `DescribeEventBus ${name}`, () =>
        events.send(new DescribeEventBusCommand({ Name: name })),
      )) !== undefined,
    bucket: async (name) => {
      const there = await unlessMissing(['NotFound', 'NoSuchBucket'], `HeadBucket ${name}`, () =>
        s3.send(new HeadBucketCommand({ Bucket: name })),
      );
      return there && { rulesFit: await hasRules(s3, name, rules) };
    },
    serviceTime: () => serviceTime(dynamodb),
  };
}

const CALLS: CallOptions = { maxAttempts: 3, timeouts: { connectionTimeout: 5_000, requestTimeout: 10_000 } };

const functionsOf = (connection: Connection): LambdaClient =>
  new LambdaClient(clientConfig(connection, 'lambda', CALLS));

/** Undefined where the service says that it is not there. */
async function unlessMissing<Answer>(
  names: readonly string[],
  what: string,
  call: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await calling(what, call);
  } catch (error) {
    if (names.includes(nameOf((error as Error).cause))) return undefined;
    throw error;
  }
}

function typeOf({ AttributeDefinitions = [] }: TableDescription, name: string | undefined): 'S' | 'N' | undefined {
  const type = AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
  return type === 'S' || type === 'N' ? type : undefined;
}

function keysOf(schema: readonly KeySchemaElement[] = []) {
  const of = (type: string): string | undefined => schema.find(({ KeyType }) => KeyType === type)?.AttributeName;
  return { partition: of('HASH'), sort: of('RANGE') };
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
async function serviceTime(dynamodb: Clients['dynamodb']): Promise<number | undefined> {
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
  await unlessMissing(['ResourceNotFoundException'], 'DescribeTable', () => dynamodb.send(command));
  const time = Date.parse(date ?? '');
  return Number.isNaN(time) ? undefined : time;
}
