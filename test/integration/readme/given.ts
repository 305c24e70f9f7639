import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CreateTableCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { namesOf } from '../../../shared/model/names.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { dynamoOf } from '../cli/endpoints.ts';
import type { Installed } from '../cli/installed.ts';

type Given = (here: Installed) => Promise<void>;

/** What must have happened before a section's commands have something to tell. By heading; one that is gone fails the test. */
export const GIVEN: Readonly<Record<string, Given>> = {
  'A system of your own': givenShop,
  'Parked changes': givenPoison,
  'Looking into the archive': givenDeparted,
  'afterwrite feed --help': async ({ shell }) => void (await shell.done('provision', '--system', 'incidents')),
  'afterwrite replay --help': givenErased,
  'afterwrite stats --help': async ({ shell }) =>
    void (await shell.done('run', '--until-idle', '--system', 'incidents')),
};

/** The file is there already, and what was erased counts on. */
async function givenErased({ built, shell }: Installed): Promise<void> {
  rmSync(join(built.folder, 'failures.ndjson.gz'));
  await shell.done('verify', '--repair');
  await shell.done('run', '--until-idle');
}

/** A table that somebody else made. */
async function givenShop({ environment }: Installed): Promise<void> {
  const dynamodb = dynamoOf(environment);
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'shop',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  for (let id = 0; id < 20; id++) {
    const keys = { pk: { S: `CUSTOMER#c${id % 5}` }, sk: { S: `ORDER#${id}` } };
    const Item = { ...keys, status: { S: id % 4 === 0 ? 'paid' : 'open' }, cents: { N: String(100 * id) } };
    await dynamodb.send(new PutItemCommand({ TableName: 'shop', Item }));
  }
  dynamodb.destroy();
}

/** The first review of the shipped file was written wrongly, and then as it was again. */
async function givenPoison({ environment, shell }: Installed): Promise<void> {
  const dynamodb = dynamoOf(environment);
  const TableName = namesOf(reviewer, 'dev').table;
  const Key = { PK: { S: 'REVIEW#74ab9e4e5777' }, SK: { S: 'VERSION#1' } };
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key }));
  const wrong = { ...Item, status: { S: 'completed' }, riskScore: { N: '140' } };
  for (const item of [wrong, Item]) await dynamodb.send(new PutItemCommand({ TableName, Item: item }));
  dynamodb.destroy();
  await shell.done('run', '--until-idle');
}

/** A review of more than 400 days later is fed: the clock follows it, and what was closed before leaves. */
async function givenDeparted({ built, shell }: Installed): Promise<void> {
  const shipped = gunzipSync(readFileSync('test/fixtures/terraform-reviews.ndjson.gz')).toString();
  const first = JSON.parse(shipped.slice(0, shipped.indexOf('\n'))) as Record<string, unknown>;
  const at = '2018-12-01T09:00:00Z';
  const later = { ...first, review_id: 'later0000000', requested_at: at, completed_at: at, findings: [] };
  const file = join(built.folder, 'later.ndjson');
  writeFileSync(file, `${JSON.stringify({ ...later, fixed_issue_hashes: [] })}\n`);
  await shell.done('feed', file);
  await shell.done('run', '--until-idle');
}
