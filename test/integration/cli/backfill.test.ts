import { setTimeout as wait } from 'node:timers/promises';
import { type DynamoDBClient, PutItemCommand, paginateQuery, paginateScan } from '@aws-sdk/client-dynamodb';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { findingItem, versionItem } from '../../support/given/reviewerItems.ts';
import { jsonLines } from './command.ts';
import { deliveredTo, dynamoOf } from './endpoints.ts';
import { installed } from './installed.ts';

/* A writer that knew nothing of two indexes has filled a table of several pages; it is backfilled, killed in the middle, while it writes on. */

const STAGE = 'lacking';
const OF = ['--stage', STAGE];
const TABLE = `terraform-spacelift-ai-reviewer-reviews-${STAGE}`;
const REVIEWS = 12;
/** Of a page of a scan, which is 1 MB. */
const LARGE = 'x'.repeat(90_000);

const here = installed();
let dynamodb: DynamoDBClient;
beforeAll(() => {
  dynamodb = dynamoOf(here.environment);
});
afterAll(() => dynamodb?.destroy());

/** Of one review: a version and three findings, none with keys of GSI2 or GSI3. */
const review = (reviewId: string): Attributes[] => [
  versionItem({ reviewId, status: 'completed', riskScore: 40 }),
  ...[0, 1, 2].map((i) => findingItem({ findingId: `${reviewId}-${i}`, reviewId, issueHash: `h${i}`, path: LARGE })),
];

async function put(items: readonly Attributes[]): Promise<void> {
  for (const Item of items) await dynamodb.send(new PutItemCommand({ TableName: TABLE, Item: Item as never }));
}

async function counted(pages: AsyncIterable<{ Count?: number | undefined }>): Promise<number> {
  let count = 0;
  for await (const { Count = 0 } of pages) count += Count;
  return count;
}

const marked = (): Promise<number> =>
  counted(
    paginateScan(
      { client: dynamodb },
      { TableName: TABLE, Select: 'COUNT', FilterExpression: 'attribute_exists(afterwrite.backfilled)' },
    ),
  );

const inIndex = (IndexName: string, name: string, value: string): Promise<number> =>
  counted(
    paginateQuery(
      { client: dynamodb },
      {
        ...{ TableName: TABLE, IndexName, Select: 'COUNT', KeyConditionExpression: '#k = :v' },
        ...{ ExpressionAttributeNames: { '#k': name }, ExpressionAttributeValues: { ':v': { S: value } } },
      },
    ),
  );

const codesOf = ({ stdout }: { stdout: string }): string[] =>
  jsonLines<{ findings: { code: string }[] }>(stdout).flatMap(({ findings }) => findings.map(({ code }) => code));

test('what lacks keys is told, and gets them: killed, gone on with, beside its writer, without an event', async () => {
  await here.shell.done('provision', ...OF);
  for (let i = 0; i < REVIEWS; i++) await put(review(`r${i}`));
  await here.shell.done('run', '--until-idle', ...OF);
  const told = deliveredTo(here.home, STAGE).map(({ metadata }) => metadata.id);

  const before = await here.shell.run('doctor', '--json', ...OF);
  expect([before.code, codesOf(before)]).toEqual([1, ['INDEX_KEYS_ABSENT', 'INDEX_KEYS_ABSENT']]);
  const [dry] = await here.shell.json('backfill', '--dry-run', ...OF);
  expect(dry).toMatchObject({
    dryRun: true,
    backfilled: 4 * REVIEWS,
    added: expect.arrayContaining([{ entity: 'version', attribute: 'GSI2PK', items: REVIEWS }]),
    left: [],
  });
  expect(await marked()).toBe(0);

  const doomed = here.shell.start('backfill', '--rate', '5', ...OF);
  while ((await marked()) < 5) await wait(50);
  expect(await doomed.signal('SIGKILL')).toMatchObject({ signal: 'SIGKILL' });
  const done = await marked();
  expect(done).toBeLessThan(4 * REVIEWS);

  const second = here.shell.start('backfill', '--json', '--rate', '20', ...OF);
  const running = here.shell.start('run', ...OF);
  for (let i = 0; i < 3; i++) await put(review(`late${i}`));
  const ended = await second.ended;
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  expect(jsonLines(ended.stdout)).toMatchObject([{ over: true, late: 0, left: [] }]);
  expect(await running.signal('SIGTERM')).toMatchObject({ code: 0 });

  expect(await marked()).toBe(4 * (REVIEWS + 3));
  expect(await inIndex('GSI3', 'GSI3PK', 'security#h1')).toBe(REVIEWS + 3);
  expect(codesOf(await here.shell.run('doctor', '--json', ...OF))).toEqual([]);
  const again = await here.shell.run('backfill', ...OF);
  expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/items looked at, none lacked anything\.\n$/)]);

  await here.shell.done('run', '--until-idle', ...OF);
  expect(await here.shell.json('verify', ...OF)).toMatchObject([{ drift: 0, unjudged: 0 }]);
  const events = deliveredTo(here.home, STAGE).filter(({ metadata }) => !told.includes(metadata.id));
  expect(new Set(events.map(({ metadata }) => metadata.type))).not.toContain('ImmutabilityViolated');
  expect(new Set(events.filter(({ metadata }) => /^REVIEW#r\d/.test(metadata.subject)))).toEqual(new Set());
}, 300_000);
