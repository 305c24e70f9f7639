import { CreateTableCommand, DeleteTableCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { PutBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3';
import { examine } from '../../infra/doctor/examine.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { type Workplace, workplace } from '../../infra/pipeline/workplace.ts';
import { backfill } from '../../processors/backfill/backfill.ts';
import { lifecycleRules } from '../../shared/archive/lifecycle.ts';
import { awsSurroundings } from '../../shared/aws/surroundings.ts';
import { encodeAttributes } from '../../shared/model/attribute.ts';
import { keyId } from '../../shared/model/keys.ts';
import type { System } from '../../shared/model/system.ts';
import { systemClock } from '../../shared/ports/clock.ts';
import { silentLog } from '../../shared/ports/log.ts';
import { beginDeclared } from '../../shared/state/declared.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { incidents } from '../../shared/systems/incidents.ts';
import { indexShard } from '../../shared/systems/indexShard.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { dropStage } from '../support/faults/dropStage.ts';
import { adoptForeignErrors } from '../support/faults/foreignErrors.ts';
import { provisionAll } from '../support/faults/life.ts';
import { commentItem } from '../support/given/incidents.ts';
import { versionItem } from '../support/given/reviewerItems.ts';

/* The doctor on the embedded stack: what is not there, what was made by hand, and what is as it should be. */

adoptForeignErrors();

const REGION = 'us-east-1';

let stack: Stack;
let place: Workplace;
beforeAll(async () => {
  stack = await startStack({ given: {}, clock: systemClock, region: REGION });
});
afterAll(async () => stack?.stop());
beforeEach(() => given(reviewer));
afterEach(() => place.clients.close());

function given(system: System): void {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const stage = `d${Date.now().toString(36)}`;
  place = workplace(system, stage, { region: REGION, endpoints: stack.endpoints, credentials });
}

function examined(options: Parameters<typeof examine>[1] = {}) {
  const { system, names, clients, connection, table, state } = place;
  const surroundings = awsSurroundings(connection, clients, lifecycleRules(system, names));
  return examine({ system, names, surroundings, table, state, clock: systemClock }, options);
}

const codes = async (): Promise<string[]> => (await examined()).findings.map(({ code }) => code);

test('nothing is there yet', async () => {
  expect(await codes()).toEqual(['TABLE_MISSING', 'BUS_MISSING', 'BUS_MISSING', 'BUCKET_MISSING']);
});

test('what afterwrite has provisioned is in order; rules of a bucket that somebody changed are not', async () => {
  await provisionAll(place);
  expect(await examined()).toEqual({ items: 0, repaired: 0, findings: [] });
  const theirs = [{ ID: 'theirs', Status: 'Enabled', Filter: { Prefix: 'x/' }, Expiration: { Days: 1 } }] as const;
  const request = { Bucket: place.names.bucket, LifecycleConfiguration: { Rules: [...theirs] } };
  await place.clients.s3.send(new PutBucketLifecycleConfigurationCommand(request));
  expect(await codes()).toEqual(['BUCKET_RULES']);
  await dropStage(place);
});

test('a table that was made by hand: stream, indexes and TTL', async () => {
  const TableName = place.names.table;
  const key = (AttributeName: string, KeyType: 'HASH' | 'RANGE') => ({ AttributeName, KeyType });
  await place.clients.dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['PK', 'SK', 'stackId'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [key('PK', 'HASH'), key('SK', 'RANGE')],
      GlobalSecondaryIndexes: [
        { IndexName: 'GSI1', KeySchema: [key('stackId', 'HASH')], Projection: { ProjectionType: 'ALL' } },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    }),
  );
  const specification = { AttributeName: 'expires', Enabled: true };
  await place.clients.dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: specification }));
  expect((await codes()).slice(0, 6)).toEqual([
    ...['STREAM_IMAGES', 'TTL_ELSEWHERE', 'INDEX_KEYS'],
    ...['INDEX_MISSING', 'INDEX_MISSING', 'INDEX_MISSING'],
  ]);
  await place.clients.dynamodb.send(new DeleteTableCommand({ TableName }));
});

test('TTLs in milliseconds are told, and mended where that is asked for: in these items alone', async () => {
  await provisionAll(place);
  const item = (reviewId: string, expiresAt: string) => ({
    ...versionItem({ reviewId, version: 1, status: 'completed', riskScore: 60 }),
    GSI2PK: { S: `2026-02-01#${indexShard(reviewId)}` },
    expiresAt: { N: expiresAt },
  });
  const [wrong, right] = [item('r1', '4102444800123'), item('r2', '4102444800')];
  await place.table.putIfAbsent([wrong, right]);
  expect((await examined()).findings).toMatchObject([
    { code: 'TTL_MILLISECONDS', what: '1 item: REVIEW#r1/VERSION#1', level: 'wrong' },
  ]);
  expect(await examined({ repair: true })).toEqual({ items: 2, repaired: 1, findings: [] });
  expect(await examined({ repair: true })).toEqual({ items: 2, repaired: 0, findings: [] });
  const keys = [wrong, right].map((one) => keyOf(reviewer.table, one));
  const stored = await place.table.read(keys);
  expect(keys.map((key) => stored.get(keyId(key)))).toEqual([{ ...wrong, expiresAt: { N: '4102444800' } }, right]);
  await dropStage(place);
});

test('items that come due and are older than what is declared are told, once readers were there, until a backfill has noted them', async () => {
  place.clients.close();
  given(incidents);
  await provisionAll(place);
  await place.table.putIfAbsent([encodeAttributes(commentItem('2026-02-01T09:00:00.000Z'))]);
  expect(await codes()).not.toContain('DUE_UNNOTED');
  await beginDeclared(place.system, place.state);
  expect((await examined()).findings).toMatchObject([{ code: 'DUE_UNNOTED', level: 'told' }]);
  const options = { pause: async () => {}, random: Math.random, log: silentLog, signal: new AbortController().signal };
  expect(await backfill({ ...place, clock: systemClock }, options)).toMatchObject({ noted: 1 });
  expect(await codes()).not.toContain('DUE_UNNOTED');
  await dropStage(place);
});
