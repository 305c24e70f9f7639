import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import pMap from 'p-map';
import { dynamoTableStore } from '../../shared/aws/tableStore.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { RESERVED_ATTRIBUTE } from '../../shared/model/reserved.ts';
import type { TableDeclaration } from '../../shared/model/system.ts';

/** DynamoDB Local has compiled what a write needs after four to six thousand of them. */
const CALLS = 5_000;
const AT_ONCE = 16;
const KEYS = 200;
const REPLACEMENTS = 10;

/**
 * The calls that the ways of keeping statistics make, on the table where they will: else the way that writes least would
 * pay most for cold code. What it wrote matches no entity.
 */
export async function warmStore(client: DynamoDBClient, TableName: string, declared: TableDeclaration): Promise<void> {
  const { partitionKey, sortKey } = declared;
  const keyed = (i: number, sk: string): Attributes => ({
    [partitionKey]: { S: `WARM#${i % KEYS}` },
    ...(sortKey !== undefined && { [sortKey]: { S: sk } }),
  });
  const update = (i: number) =>
    new UpdateItemCommand({
      TableName,
      Key: keyed(i, 'UPDATED') as never,
      UpdateExpression: 'ADD hits :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    });
  const put = (i: number) => new PutItemCommand({ TableName, Item: keyed(i, 'PUT') as never });
  const calls = Array.from({ length: CALLS }, (_, i) => i);
  await pMap(calls, (i) => (i % 2 ? client.send(put(i)) : client.send(update(i))), { concurrency: AT_ONCE });
  const store = dynamoTableStore(client, TableName, declared);
  for (let revision = 0; revision < REPLACEMENTS; revision++) {
    const own = { [RESERVED_ATTRIBUTE]: { M: { revision: { N: String(revision + 1) } } } };
    const replacements = Array.from({ length: KEYS }, (_, i) => ({
      key: { pk: `WARM#${i}`, sk: 'REPLACED' },
      item: { ...keyed(i, 'REPLACED'), ...own },
      revision,
      dropped: [],
    }));
    await store.read(replacements.map(({ key }) => key));
    await store.replace(replacements);
  }
}
