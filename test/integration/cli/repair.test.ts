import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteItemCommand,
  DeleteTableCommand,
  GetItemCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { differences } from '../../support/oracle/compare.ts';
import { readLines } from '../../support/oracle/lines.ts';
import { issues, stacks } from '../../support/oracle/statistics.ts';
import { materialise } from '../../support/oracle/tables.ts';
import { jsonLines } from './command.ts';
import { deliveredTo, dynamoOf } from './endpoints.ts';
import { installed } from './installed.ts';

const LINES = readLines(join(process.cwd(), 'test/fixtures/terraform-reviews.ndjson.gz')).slice(0, 30);
const tableOf = (stage: string): string => `terraform-spacelift-ai-reviewer-reviews-${stage}`;
const here = installed();

async function fed(stage: string, lines: number): Promise<void> {
  const file = join(here.built.folder, `${stage}.ndjson`);
  writeFileSync(
    file,
    LINES.slice(0, lines)
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );
  await here.shell.done('feed', file, '--stage', stage);
}

async function statisticsOf(stage: string): Promise<string[]> {
  const tables = materialise(LINES);
  const rows = (name: string) => here.shell.json('stats', name, '--stage', stage);
  return [
    ...differences(stacks(tables), await rows('stacks'), 'stackId'),
    ...differences(issues(tables), await rows('issues'), 'issueHash'),
  ];
}

/** One aggregate is written over by hand, another is deleted. */
async function spoil(stage: string): Promise<string[]> {
  const dynamodb = dynamoOf(here.environment);
  const [first] = await here.shell.json<{ stackId: string }>('stats', 'stacks', '--stage', stage);
  const [issue] = await here.shell.json<{ issueHash: string }>('stats', 'issues', '--stage', stage);
  const keys = [`STACK#${first?.stackId}`, `ISSUE#${issue?.issueHash}`] as const;
  const at = (pk: string) => ({ TableName: tableOf(stage), Key: { PK: { S: pk }, SK: { S: 'STATS' } } });
  const set = { UpdateExpression: 'SET reviews = :n', ExpressionAttributeValues: { ':n': { N: '99' } } };
  await dynamodb.send(new UpdateItemCommand({ ...at(keys[0]), ...set }));
  await dynamodb.send(new DeleteItemCommand(at(keys[1])));
  dynamodb.destroy();
  return keys.map((pk) => `${pk}/STATS`);
}

test('what somebody spoiled is named, repaired without an event, and then rebuilt as the next generation', async () => {
  const stage = 'spoiled';
  await here.shell.done('provision', '--stage', stage);
  await fed(stage, LINES.length);
  await here.shell.done('run', '--until-idle', '--stage', stage);
  const events = deliveredTo(here.home, stage).length;
  expect(events).toBeGreaterThan(0);
  const spoiled = await spoil(stage);

  const found = await here.shell.run('verify', '--json', '--stage', stage);
  expect(found.code).toBe(1);
  const [named] = jsonLines<{ drifts: { key: string }[] }>(found.stdout);
  expect(named?.drifts.map(({ key }) => key).sort()).toEqual([...spoiled].sort());

  expect(await here.shell.json('verify', '--repair', '--stage', stage)).toMatchObject([{ drift: 2, repaired: 2 }]);
  await here.shell.done('run', '--until-idle', '--stage', stage);
  expect(await here.shell.json('verify', '--stage', stage)).toMatchObject([{ drift: 0, unjudged: 0 }]);

  const rebuilt = await here.shell.json<{ left: string[] }[]>('rebuild', '--stage', stage);
  expect(rebuilt.flat()).toEqual(expect.arrayContaining([expect.objectContaining({ statistic: 'issue', left: [] })]));
  await here.shell.done('run', '--until-idle', '--stage', stage);
  expect(await statisticsOf(stage)).toEqual([]);
  expect(await generationOf(stage, spoiled[0] as string)).toBe('2');
  expect(deliveredTo(here.home, stage)).toHaveLength(events);
}, 300_000);

test('statistics are attached to a table that had data before its stream, while more is written', async () => {
  const stage = 'attached';
  await here.shell.done('provision', '--stage', stage);
  await fed(stage, 20);
  await forgetStream(stage);
  const running = here.shell.start('attach', '--stage', stage);
  await fed(stage, LINES.length);
  expect(await running.ended).toMatchObject({ code: 0, stderr: expect.not.stringContaining('not written') });
  await here.shell.done('run', '--until-idle', '--stage', stage);
  expect(await statisticsOf(stage)).toEqual([]);
  expect(await here.shell.json('verify', '--stage', stage)).toMatchObject([{ drift: 0 }]);
  const requested = deliveredTo(here.home, stage).filter(({ metadata }) => metadata.type === 'ReviewRequested');
  expect(requested).toHaveLength(LINES.length - 20);
}, 300_000);

test('a table that is made anew under its name is named, and a rebuild makes its statistics whole', async () => {
  const stage = 'anew';
  const of = ['--stage', stage];
  const incomplete = async () =>
    (await here.shell.json<{ incomplete: { reason: string }[] }>('status', ...of))[0]?.incomplete;
  await here.shell.done('provision', ...of);
  await fed(stage, 10);
  await here.shell.done('run', '--until-idle', ...of);
  expect(await incomplete()).toEqual([]);
  const dynamodb = dynamoOf(here.environment);
  await dynamodb.send(new DeleteTableCommand({ TableName: tableOf(stage) }));
  dynamodb.destroy();
  await here.shell.done('provision', ...of);
  await fed(stage, 5);
  await here.shell.done('run', '--until-idle', ...of);
  expect(await incomplete()).toMatchObject([{ reason: expect.stringContaining('restored or made anew') }]);
  expect(await here.shell.json('rebuild', '--changed', ...of)).toEqual([[]]);
  await here.shell.done('rebuild', ...of);
  await here.shell.done('run', '--until-idle', ...of);
  expect(await incomplete()).toEqual([]);
  expect(await here.shell.json('verify', ...of)).toMatchObject([{ drift: 0 }]);
}, 300_000);

async function generationOf(stage: string, key: string): Promise<string | undefined> {
  const dynamodb = dynamoOf(here.environment);
  const cut = key.lastIndexOf('/');
  const [pk, sk] = [key.slice(0, cut), key.slice(cut + 1)];
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: tableOf(stage), Key: { PK: { S: pk }, SK: { S: sk } } }),
  );
  dynamodb.destroy();
  return Item?.afterwrite?.M?.generation?.N;
}

/** Turned off and on, the stream is another one, and knows nothing of what was written before. */
async function forgetStream(stage: string): Promise<void> {
  const dynamodb = dynamoOf(here.environment);
  const turn = (StreamSpecification: { StreamEnabled: boolean; StreamViewType?: 'NEW_AND_OLD_IMAGES' }) =>
    dynamodb.send(new UpdateTableCommand({ TableName: tableOf(stage), StreamSpecification }));
  await turn({ StreamEnabled: false });
  await turn({ StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' });
  dynamodb.destroy();
}
