import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import {
  CreateTableCommand,
  type DynamoDBClient,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { updateOf } from './counters.ts';
import { type LambdaRecord, toLambdaEvent, touchesOfRecord } from './lambdaEvent.ts';
import type { Way, WayPlace } from './way.ts';

const WAIT_SECONDS = 60;
/** A function's longest life: what is left of it decides when Powertools takes a record as abandoned. */
const REMAINING_MS = 900_000;

/**
 * The naive updates in a handler that is idempotent a record, as its documentation combines batch and idempotency:
 * records side by side, the key of idempotency is the event's id.
 * https://docs.powertools.aws.dev/lambda/typescript/latest/features/batch/
 */
export const powertools: Way = {
  name: 'Powertools batch + idempotency',
  async prepare(place, batches) {
    const tableName = `${place.stateTable}-idempotency`;
    await createIdempotencyTable(place.clients.dynamodb, tableName);
    const events = batches.map((batch) => toLambdaEvent(batch, place.region));
    const handle = handlerOf(place, tableName);
    return async () => {
      for (const event of events) {
        const { batchItemFailures } = await handle(event);
        if (batchItemFailures.length > 0) throw new Error(`Powertools failed on ${batchItemFailures.length} records`);
      }
    };
  },
};

function handlerOf({ clients, system, table }: WayPlace, tableName: string) {
  const processor = new BatchProcessor(EventType.DynamoDBStreams);
  const config = new IdempotencyConfig({ eventKeyJmesPath: 'eventID' });
  const persistenceStore = new DynamoDBPersistenceLayer({ tableName, awsSdkV3Client: clients.dynamodb });
  const processRecord = makeIdempotent(
    async (record: LambdaRecord): Promise<void> => {
      for (const touch of touchesOfRecord(system, record))
        await clients.dynamodb.send(new UpdateItemCommand(updateOf(table, system, touch)));
    },
    { persistenceStore, config },
  );
  const context = { getRemainingTimeInMillis: () => REMAINING_MS } as Parameters<
    typeof config.registerLambdaContext
  >[0];
  return (event: { Records: LambdaRecord[] }) => {
    config.registerLambdaContext(context);
    return processPartialResponse(event, processRecord, processor, { context });
  };
}

/** The key that its documentation names; its table needs no stream. */
async function createIdempotencyTable(client: DynamoDBClient, TableName: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: WAIT_SECONDS }, { TableName });
}
