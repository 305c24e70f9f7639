import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, startStack } from '../../../infra/local/stack.ts';
import type { Workplace } from '../../../infra/pipeline/workplace.ts';
import { shardStatus } from '../../../infra/views/lag.ts';
import { spillStatus } from '../../../infra/views/spill.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import { realPause } from '../../../shared/ports/pause.ts';
import { listLeases } from '../../../shared/state/leases.ts';
import { type Fate, type FaultyEndpoint, startFaultyEndpoint } from '../../support/faults/faultyEndpoint.ts';
import { adoptForeignErrors } from '../../support/faults/foreignErrors.ts';
import { LEAVING_REVIEW, LINES, wellFormed } from '../../support/faults/history.ts';
import { feedAll, placeOf, provisionAll, runAll } from '../../support/faults/life.ts';
import { type Outcome, outcomeOf } from '../../support/faults/outcome.ts';
import { problems } from '../../support/faults/problems.ts';

adoptForeignErrors();

const POLL_MS = 50;
const LONGEST_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), 'afterwrite-outage-'));
const file = join(folder, 'history.ndjson');
let stack: Stack;
let bus: FaultyEndpoint;
let fate: Fate = 'sound';

beforeAll(async () => {
  writeFileSync(file, LINES.map((line) => `${JSON.stringify(line)}\n`).join(''));
  stack = await startStack({ given: {}, clock: systemClock, region: 'us-east-1' });
  bus = await startFaultyEndpoint(stack.endpoints.events ?? '', { fate: () => fate, random: Math.random });
});

afterAll(async () => {
  await bus?.stop();
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const { signal } = new AbortController();
  for (let waited = 0; !(await holds()); waited += POLL_MS) {
    if (waited > LONGEST_MS) throw new Error('it does not come to that');
    await realPause(POLL_MS, signal);
  }
}

/** Whether statistics, fan-out and archive have done all that the stream holds. */
const allIsRead = async (place: Workplace): Promise<boolean> =>
  (await shardStatus(place, systemClock)).every(({ timeToLossSeconds }) => timeToLossSeconds === null);

const changesWaiting = async (place: Workplace): Promise<number> =>
  (await spillStatus(place)).reduce((sum, { changes }) => sum + changes, 0);

/** Stream and journal are read one after the other, and the sweeper writes: taken again where it wrote in between. */
async function settledOutcome(own: Stack, place: Workplace): Promise<Outcome> {
  let outcome = await outcomeOf(own, place);
  await until(async () => {
    if (outcome.journal.size === outcome.changes.length) return true;
    outcome = await outcomeOf(own, place);
    return false;
  });
  return outcome;
}

test('while the bus is out all is read, counted and archived; its events wait across a restart, and go out in order', async () => {
  const own = { ...stack, endpoints: { ...stack.endpoints, events: bus.url } };
  const place = placeOf(own, 'outage');
  await provisionAll(place);
  await feedAll(place, file, new AbortController().signal);

  fate = 'error';
  const first = new AbortController();
  const running = runAll(place, first.signal);
  await until(async () => (await changesWaiting(place)) > 0 && (await allIsRead(place)));
  const during = await settledOutcome(own, place);
  expect(during.delivered).toEqual([]);
  expect(during.verification.drifts).toEqual([]);
  expect(during.journal.size).toBe(during.changes.length);
  expect(await spillStatus(place)).toMatchObject([{ since: expect.any(String), objects: expect.any(Number) }]);
  first.abort();
  await running;

  fate = 'unsent';
  const again = placeOf(own, 'outage');
  const idle = runAll(again, new AbortController().signal);
  await until(async () => bus.calls.unsent > 0 && (await listLeases(place.state)).length > 0);
  expect(await changesWaiting(place)).toBeGreaterThan(0);

  fate = 'sound';
  await idle;
  const outcome = await outcomeOf(own, place);
  expect(problems(outcome, wellFormed(), LEAVING_REVIEW)).toEqual([]);
  expect(await spillStatus(place)).toEqual([]);
  for (const one of [place, again]) one.clients.close();
});
