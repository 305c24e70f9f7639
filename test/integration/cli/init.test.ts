import { join } from 'node:path';
import { CreateTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamoOf } from './endpoints.ts';
import { installed } from './installed.ts';

/* A table of somebody else: looked at, declared, in order, counted with what was there before, and then by its stream. */

const here = installed();
const TABLE = 'shop';

async function makeTable(): Promise<void> {
  const dynamodb = dynamoOf(here.environment);
  await dynamodb.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  dynamodb.destroy();
}

async function order(id: number, status: 'open' | 'paid'): Promise<void> {
  const dynamodb = dynamoOf(here.environment);
  const Item = {
    pk: { S: `CUSTOMER#c${id % 5}` },
    sk: { S: `ORDER#${id}` },
    status: { S: status },
    cents: { N: String(100 * id) },
    secretNote: { S: 'nobody sees this' },
  };
  await dynamodb.send(new PutItemCommand({ TableName: TABLE, Item }));
  dynamodb.destroy();
}

test('from a table to its statistics, by the commands that each one names next', async () => {
  await makeTable();
  for (let id = 0; id < 20; id++) await order(id, id % 4 === 0 ? 'paid' : 'open');
  const file = join(here.built.folder, 'shop.mjs');
  const told = await here.shell.done('init', TABLE, '--out', file);
  expect(told).toContain('CUSTOMER#{customerId} / ORDER#{orderId}');
  expect(told).toContain('It loads, and all of 20 items fit.');
  const again = await here.shell.run('init', TABLE, '--out', file);
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('is there already') });

  await here.shell.done('provision', '--system', file);
  const [examined] = await here.shell.json<{ findings: unknown[] }>('doctor', '--system', file);
  expect(examined?.findings).toEqual([]);
  await here.shell.done('attach', '--system', file);
  await order(20, 'paid');
  await here.shell.done('run', '--until-idle', '--system', file);
  const rows = await here.shell.json('stats', 'orderTotals', '--system', file);
  expect(rows).toMatchObject([{ group: 'all', items: 21, by: { open: 15, paid: 6 } }]);
  await here.shell.done('verify', '--system', file);
});
