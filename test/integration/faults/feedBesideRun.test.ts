import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, startStack } from '../../../infra/local/stack.ts';
import type { Workplace } from '../../../infra/pipeline/workplace.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import { adoptForeignErrors } from '../../support/faults/foreignErrors.ts';
import { LEAVING_REVIEW, LINES, wellFormed } from '../../support/faults/history.ts';
import { feedAll, placeOf, provisionAll, runAll } from '../../support/faults/life.ts';
import { outcomeOf } from '../../support/faults/outcome.ts';
import { problems } from '../../support/faults/problems.ts';

adoptForeignErrors();

const folder = mkdtempSync(join(tmpdir(), 'afterwrite-beside-'));
const file = join(folder, 'history.ndjson');
const { signal } = new AbortController();
let stack: Stack;

beforeAll(async () => {
  writeFileSync(file, LINES.map((line) => `${JSON.stringify(line)}\n`).join(''));
  stack = await startStack({ given: {}, clock: systemClock, region: 'us-east-1' });
});

afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A run comes to its end between the steps of a feed; one more follows when both are done. */
async function problemsAfter(stage: string, work: (place: Workplace) => Promise<void>): Promise<string[]> {
  const place = placeOf(stack, stage);
  await provisionAll(place);
  await work(place);
  await runAll(place, signal);
  const outcome = await outcomeOf(stack, place);
  place.clients.close();
  return problems(outcome, wellFormed(), LEAVING_REVIEW);
}

test('a run beside the first portion of a feed takes nothing out by the wall clock', async () => {
  const found = await problemsAfter('first', (place) => feedAll(place, file, signal, () => runAll(place, signal)));
  expect(found).toEqual([]);
});

test('a run that takes a review out beside a feed of the same lines: it stays away', async () => {
  const found = await problemsAfter('again', async (place) => {
    await feedAll(place, file, signal);
    await feedAll(place, file, signal, () => runAll(place, signal));
  });
  expect(found).toEqual([]);
});
