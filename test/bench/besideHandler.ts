import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand, DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { LambdaRecord } from './ways/lambdaEvent.ts';

/*
 * What a bundle is held against: a handler as Powertools documents batch and idempotency together, with the clients that
 * afterwrite's functions have, one operation of each. It is bundled and imported, never called.
 */

const dynamodb = new DynamoDBClient({});
const streams = new DynamoDBStreamsClient({});
const events = new EventBridgeClient({});
const s3 = new S3Client({});

const processor = new BatchProcessor(EventType.DynamoDBStreams);
const config = new IdempotencyConfig({ eventKeyJmesPath: 'eventID' });
const persistenceStore = new DynamoDBPersistenceLayer({ tableName: 'idempotency', awsSdkV3Client: dynamodb });

const processRecord = makeIdempotent(
  async ({ eventSourceARN, dynamodb: { Keys } }: LambdaRecord & { eventSourceARN: string }): Promise<void> => {
    await streams.send(new DescribeStreamCommand({ StreamArn: eventSourceARN }));
    await dynamodb.send(new UpdateItemCommand({ TableName: 'counters', Key: Keys }));
    await events.send(new PutEventsCommand({ Entries: [{ Detail: '{}' }] }));
    await s3.send(new PutObjectCommand({ Bucket: 'archive', Key: 'journal' }));
  },
  { persistenceStore, config },
);

type Context = Parameters<typeof config.registerLambdaContext>[0];

export const handler = (event: { Records: LambdaRecord[] }, context: Context) => {
  config.registerLambdaContext(context);
  return processPartialResponse(event, processRecord, processor, { context });
};
