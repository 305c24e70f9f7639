import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type Stack, startStack } from '../../../infra/local/stack.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import type { Breakage, Call } from '../../support/faults/faultyHandler.ts';
import { adoptForeignErrors } from '../../support/faults/foreignErrors.ts';
import { LINES, PARKED_KEY } from '../../support/faults/history.ts';
import { feedAll, live, placeOf, provisionAll, runAll } from '../../support/faults/life.ts';
import { type Outcome, outcomeOf } from '../../support/faults/outcome.ts';

adoptForeignErrors();

const folder = mkdtempSync(join(tmpdir(), 'afterwrite-parked-'));
const file = join(folder, 'history.ndjson');
const SPOILED = { PK: 'REVIEW#aaaaaaaaaaa5', SK: 'VERSION#1' };
const WAITS = /waits behind/;
let stack: Stack;

beforeAll(async () => {
  writeFileSync(file, LINES.map((line) => `${JSON.stringify(line)}\n`).join(''));
  stack = await startStack({ given: {}, clock: systemClock, region: 'us-east-1' });
});

afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Saving the place of a processor: all before it is done, and will come again. */
const checkpointOf =
  (processor: string) =>
  ({ name, body }: Call): boolean =>
    name.endsWith('.PutItem') && body().includes('CHECKPOINT#') && body().includes(`"${processor}#`);

const publishing = ({ name }: Call): boolean => name.endsWith('.PutEvents');

/** The history is fed, one of its good items is spoiled before anything is read; then a run breaks, and another ends. */
async function spoiled(stage: string, breakage: Breakage): Promise<Outcome> {
  const place = placeOf(stack, stage);
  const { signal } = new AbortController();
  await provisionAll(place);
  await feedAll(place, file, signal);
  await place.clients.dynamodb.send(
    new UpdateItemCommand({
      TableName: place.names.table,
      Key: { PK: { S: SPOILED.PK }, SK: { S: SPOILED.SK } },
      UpdateExpression: 'SET riskScore = :nonsense',
      ExpressionAttributeValues: { ':nonsense': { N: '140' } },
    }),
  );
  const broken = await live((handler) => placeOf(stack, stage, handler), runAll, breakage);
  expect(broken.broken).not.toEqual([]);
  if (broken.how !== 'done') await live((handler) => placeOf(stack, stage, handler), runAll);
  const outcome = await outcomeOf(stack, place);
  place.clients.close();
  return outcome;
}

const reasonsOf = ({ parked }: Outcome, key: string): string[] =>
  parked.filter((one) => one.key === key).map(({ reason }) => reason);

const spoiledKey = `${SPOILED.PK}/${SPOILED.SK}`;

test('a batch that comes again leaves the reason of what it had parked', async () => {
  const outcome = await spoiled('reason', { fault: 'unsent', hits: checkpointOf('statistics') });
  expect(reasonsOf(outcome, PARKED_KEY)).toEqual([expect.stringContaining('severity')]);
});

test('a kill between parking and checkpoint: what came before the poison is counted once, and does not wait behind it', async () => {
  const outcome = await spoiled('counted', { fault: 'killed', hits: checkpointOf('statistics') });
  expect(outcome.verification.drifts).toEqual([]);
  expect(reasonsOf(outcome, spoiledKey).filter((reason) => WAITS.test(reason))).toEqual([]);
});

test('a kill between parking and publishing: the event of the change before the poison is published', async () => {
  const outcome = await spoiled('published', { fault: 'killed', hits: publishing });
  const delivered = new Set(outcome.delivered.map(({ metadata }) => metadata.id));
  const missing = outcome.asked.filter(({ metadata }) => !delivered.has(metadata.id));
  expect(missing.map(({ metadata: { type, subject } }) => `${type} ${subject}`)).toEqual([]);
});
