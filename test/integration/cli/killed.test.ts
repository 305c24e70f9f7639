import { join } from 'node:path';
import { type DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { readLines } from '../../support/oracle/lines.ts';
import { materialise } from '../../support/oracle/tables.ts';
import { deliveredTo, dynamoOf } from './endpoints.ts';
import { eventProblems, statisticProblems } from './expectations.ts';
import { installed } from './installed.ts';

const FIXTURE = join(process.cwd(), 'test/fixtures/terraform-reviews.ndjson.gz');
const STAGE = 'dev';
const TABLE = `terraform-spacelift-ai-reviewer-reviews-${STAGE}`;
const LIMIT = 150;
const LONGER = 165;
const lines = readLines(FIXTURE);
const tables = materialise(lines.slice(0, LIMIT));
const longer = materialise(lines.slice(0, LONGER));
const ITEMS = tables.versions.length + tables.findings.length;
const KILLS = 5;
const LONGEST_MS = 400_000;
/** Slow enough for kills on the way, however long the other process takes to start. */
const RATE = '80';

const here = installed();

async function count(client: DynamoDBClient): Promise<{ items: number; aggregates: number }> {
  const counted = { items: 0, aggregates: 0 };
  let start: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: TABLE,
        Select: 'COUNT',
        FilterExpression: 'attribute_exists(afterwrite)',
        ExclusiveStartKey: start,
      }),
    );
    counted.aggregates += page.Count ?? 0;
    counted.items += (page.ScannedCount ?? 0) - (page.Count ?? 0);
    start = page.LastEvaluatedKey;
  } while (start);
  return counted;
}

/** Resolves as soon as the table shows that both processes got on, or that all is fed: each look is a call, which takes its time. */
async function bothGotOn(client: DynamoDBClient, items: number, aggregates: number): Promise<void> {
  for (;;) {
    const now = await count(client);
    if (now.items >= ITEMS || (now.items >= items && now.aggregates >= aggregates)) return;
  }
}

test(
  'feed and run are killed five times on the way: in the end all is as if nothing had happened',
  async () => {
    const client = dynamoOf(here.environment);
    await here.shell.done('provision');
    // Retention acts by the history's clock from its first line on (until then: faults/feedBesideRun.test.ts).
    await here.shell.done('feed', FIXTURE, '--limit', '1');
    let fedInParts = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      const feed = here.shell.start('feed', FIXTURE, '--limit', String(LIMIT), '--rate', RATE);
      const run = here.shell.start('run');
      const { aggregates } = await count(client);
      await bothGotOn(client, (ITEMS * kill) / (KILLS + 1), aggregates + 20);
      const [fed, ran] = await Promise.all([feed.signal('SIGKILL'), run.signal('SIGKILL')]);
      expect(ran.signal).toBe('SIGKILL');
      // On some machines all is fed before the run has got on.
      if (fed.signal === 'SIGKILL') fedInParts++;
      else expect(fed.code).toBe(0);
    }
    expect(fedInParts).toBeGreaterThan(0);
    client.destroy();
    await here.shell.done('feed', FIXTURE, '--limit', String(LIMIT));
    await here.shell.done('run', '--until-idle');
    expect(await statisticProblems(here.shell, tables, STAGE)).toEqual([]);
    expect(await eventProblems(here.shell, deliveredTo(here.home, STAGE), tables, STAGE)).toEqual([]);
  },
  LONGEST_MS,
);

test.each(['SIGTERM', 'SIGKILL'] as const)('the stack that %s ended starts again with its data', async (signal) => {
  await here.restart(signal);
  expect(await statisticProblems(here.shell, tables, STAGE)).toEqual([]);
});

test('after all that, more lines are followed as ever', async () => {
  await here.shell.done('feed', FIXTURE, '--limit', String(LONGER));
  await here.shell.done('run', '--until-idle');
  expect(await statisticProblems(here.shell, longer, STAGE)).toEqual([]);
  expect(await eventProblems(here.shell, deliveredTo(here.home, STAGE), longer, STAGE)).toEqual([]);
});

test('what goes to a slow reader through a pipe is whole', async () => {
  const args = ['stats', 'issues', '--json'];
  expect(await here.shell.throughPipe(...args)).toEqual(await here.shell.done(...args));
});
