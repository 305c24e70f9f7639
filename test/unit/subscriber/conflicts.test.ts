import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoSeenStore } from '../../../shared/aws/seenStore.ts';

/** Codes of a cancelled transaction's reasons; none: it is written. */
type Reasons = readonly string[];

const attempt = { event: 'e', item: 'i', sequence: '1', ordered: false, by: 'x', until: 1_000 };

/** The other end of the wire answers in this order: a conflict can't be brought about at will. */
function storeAnswering(answers: readonly Reasons[]) {
  const tokens: string[] = [];
  const requestHandler = {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async (request: { body: Uint8Array }) => {
      tokens.push(JSON.parse(new TextDecoder().decode(request.body)).ClientRequestToken);
      const reasons = answers[tokens.length - 1] ?? [];
      const body = {
        __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
        CancellationReasons: reasons.map((Code) => ({ Code })),
      };
      return {
        response: {
          statusCode: reasons.length > 0 ? 400 : 200,
          headers: { 'content-type': 'application/x-amz-json-1.0' },
          body: Readable.from([Buffer.from(JSON.stringify(reasons.length > 0 ? body : {}))]),
        },
      };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = new DynamoDBClient({ region: 'us-east-1', credentials, requestHandler });
  return { seen: dynamoSeenStore(client, { table: 'seen', subscriber: 's' }), tokens };
}

test('a transaction that only met another one comes again, as another', async () => {
  const conflict = ['None', 'TransactionConflict'];
  const { seen, tokens } = storeAnswering([conflict, conflict]);
  expect(await seen.commit(attempt, [])).toBe('written');
  expect(new Set(tokens).size).toBe(3);
});

test.each([[['ConditionalCheckFailed', 'TransactionConflict']], [['ValidationError', 'None']]])(
  'one that was cancelled for %j is told, and not sent again',
  async (reasons) => {
    const { seen, tokens } = storeAnswering([reasons]);
    await expect(seen.commit(attempt, [{}])).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    expect(tokens).toHaveLength(1);
  },
);
