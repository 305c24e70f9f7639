import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { jsonLines } from './command.ts';
import { deliveredTo, dynamoOf } from './endpoints.ts';
import { installed } from './installed.ts';

const here = installed();

/** The user's code, in one stage. */
function given(stage: string) {
  const TableName = `terraform-spacelift-ai-reviewer-reviews-${stage}`;
  const at = ['--stage', stage];
  const dynamo = dynamoOf(here.environment);
  return {
    put: (item: Attributes) => dynamo.send(new PutItemCommand({ TableName, Item: item as never })),
    remove: (pk: string, sk: string) =>
      dynamo.send(new DeleteItemCommand({ TableName, Key: { PK: { S: pk }, SK: { S: sk } } })),
    read: () => here.shell.done('run', '--until-idle', ...at),
    parked: (...args: string[]) => here.shell.run('parked', ...args, ...at),
    listed: async () =>
      (await here.shell.json('parked', 'ls', ...at)).map(({ processor, key, changes }) => [processor, key, changes]),
    isExact: async () => expect(await here.shell.json('verify', ...at)).toMatchObject([{ drift: 0 }]),
    stacks: () => here.shell.json('stats', 'stacks', ...at),
  };
}

const REVIEW = 'REVIEW#r1';
const VERSION = `${REVIEW}/VERSION#1`;
const STATS = `${REVIEW}/STATS`;

test("a foreign item under an aggregate's key: what it kept out is redriven once it is gone, by two people at once", async () => {
  const stage = 'foreign';
  const { put, remove, read, parked, listed, isExact, stacks } = given(stage);
  await here.shell.done('provision', '--stage', stage);
  await put({ PK: { S: REVIEW }, SK: { S: 'STATS' }, note: { S: 'not an aggregate' } });
  await put(versionItem());
  await read();
  expect(await listed()).toEqual([
    ['statistics', STATS, 1],
    ['statistics', VERSION, 1],
  ]);
  const early = await parked('redrive', VERSION);
  expect([early.code, early.stdout]).toEqual([1, `${VERSION} (statistics): 0 redriven, the rest waits on\n`]);
  expect(early.stderr).toMatch(/^afterwrite: REVIEW#r1\/STATS is not an aggregate.* -> .*\[ITEM_MALFORMED\]\n$/);

  await remove(REVIEW, 'STATS');
  await read();
  const both = await Promise.all([parked('redrive', VERSION), parked('redrive', VERSION)]);
  expect(both.filter(({ code, stdout }) => code === 0 && stdout.includes('1 redriven'))).toHaveLength(1);
  await read();
  expect(await listed()).toEqual([['statistics', STATS, 3]]);
  expect((await parked('redrive', '--all')).code).toBe(1);
  const dropped = await parked('drop', STATS, '--json');
  expect([dropped.code, jsonLines(dropped.stdout)]).toEqual([
    0,
    [{ processor: 'statistics', key: STATS, ended: 'opened', changes: 3, code: null, reason: null }],
  ]);
  await read();
  expect((await parked('ls')).stdout).toBe('Nothing is parked.\n');
  expect(await stacks()).toMatchObject([{ stackId: 'network', reviews: 1 }]);
  await isExact();
  expect(deliveredTo(here.home, stage).map(({ metadata: { type } }) => type)).toEqual(['ReviewRequested']);
});

test('a malformed item is shown without its content, and dropped once it is written as it should be', async () => {
  const stage = 'malformed';
  const { put, read, parked, listed, isExact, stacks } = given(stage);
  await here.shell.done('provision', '--stage', stage);
  await put(versionItem({ stackId: 'a-secret-stack', riskScore: 140 }));
  await read();
  expect(await listed()).toEqual([
    ['statistics', VERSION, 1],
    ['fanout', VERSION, 1],
  ]);
  const shown = await parked('show', `${REVIEW} / VERSION#1`);
  expect([shown.code, shown.stderr]).toEqual([0, '']);
  expect(shown.stdout).toMatch(/riskScore/);
  expect(shown.stdout + (await parked('show', VERSION, '--json')).stdout).not.toMatch(/secret|140/);
  const whole = jsonLines<{ new: unknown }>((await parked('show', VERSION, '--content', '--json')).stdout);
  expect(whole.map(({ new: item }) => item)).toMatchObject([{ stackId: 'a-secret-stack' }, { riskScore: 140 }]);

  const early = await parked('drop', VERSION, '--processor', 'statistics');
  expect([early.code, early.stderr]).toEqual([1, expect.stringMatching(/\[DROP_REFUSED\]\n$/)]);
  await put(versionItem({ riskScore: 40 }));
  await read();
  expect(await listed()).toEqual([
    ['statistics', VERSION, 2],
    ['fanout', VERSION, 2],
  ]);
  expect((await parked('drop', VERSION)).code).toBe(0);
  await read();
  expect(await listed()).toEqual([]);
  expect(await stacks()).toMatchObject([{ stackId: 'network', reviews: 1 }]);
  await isExact();
});

test('what is not parked can be neither shown nor redriven', async () => {
  const { parked } = given('empty');
  await here.shell.done('provision', '--stage', 'empty');
  for (const command of ['show', 'redrive', 'drop']) {
    const { code, stdout, stderr } = await parked(command, 'REVIEW#none/VERSION#1');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^afterwrite: nothing of 'REVIEW#none\/VERSION#1' is parked -> .*parked ls.* \[NOT_FOUND\]\n$/,
    );
  }
  expect((await parked('redrive', '--all')).stdout).toBe('Nothing is parked.\n');
});
