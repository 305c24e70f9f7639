import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, startStack } from '../../../infra/local/stack.ts';
import type { Workplace } from '../../../infra/pipeline/workplace.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import { dropStage } from '../../support/faults/dropStage.ts';
import { type Breakage, callNumber, type Fault } from '../../support/faults/faultyHandler.ts';
import { adoptForeignErrors } from '../../support/faults/foreignErrors.ts';
import { LEAVING_REVIEW, LINES, PARKED_KEY, wellFormed } from '../../support/faults/history.ts';
import { type Ended, feedAll, live, placeOf, provisionAll, runAll } from '../../support/faults/life.ts';
import { type Outcome, outcomeOf } from '../../support/faults/outcome.ts';
import { problems } from '../../support/faults/problems.ts';

/** Every call breaks once in each way where this is set; else about so many numbers of each way. */
const EVERY_CALL = process.env.AFTERWRITE_EVERY_CALL === '1';
const NUMBERS = 24;
const LONGEST_MS = EVERY_CALL ? 3_600_000 : 240_000;
const FAULTS: readonly Fault[] = ['unsent', 'unanswered', 'killed'];

adoptForeignErrors();

const folder = mkdtempSync(join(tmpdir(), 'afterwrite-faults-'));
const file = join(folder, 'history.ndjson');
let stack: Stack;
let undisturbed: { outcome: Outcome; calls: number };

beforeAll(async () => {
  writeFileSync(file, LINES.map((line) => `${JSON.stringify(line)}\n`).join(''));
  stack = await startStack({ given: {}, clock: systemClock, region: 'us-east-1' });
  const { ended, outcome } = await history('undisturbed');
  undisturbed = { outcome, calls: ended.calls };
});

afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function whole(place: Workplace, signal: AbortSignal): Promise<void> {
  await provisionAll(place);
  await feedAll(place, file, signal);
  await runAll(place, signal);
}

/** A stage's life with one fault in it; where that ended it, a second life without. */
async function history(stage: string, breakage?: Breakage): Promise<{ ended: Ended; outcome: Outcome }> {
  const ended = await live((handler) => placeOf(stack, stage, handler), whole, breakage);
  if (ended.how !== 'done') {
    const again = await live((handler) => placeOf(stack, stage, handler), whole);
    if (again.how !== 'done') throw again.error;
  }
  const place = placeOf(stack, stage);
  try {
    return { ended, outcome: await outcomeOf(stack, place) };
  } finally {
    await dropStage(place);
    place.clients.close();
  }
}

/** Beside what the history says: the same rows, in every statistic, as when nothing broke; and the same thing parked. */
function wrong(outcome: Outcome): string[] {
  const same = rowsOf(outcome) === rowsOf(undisturbed.outcome);
  const parked = outcome.parked.map(({ processor, key }) => `${processor} ${key}`);
  return [
    ...problems(outcome, wellFormed(), LEAVING_REVIEW),
    ...(same ? [] : ['rows are not those of the undisturbed run']),
    ...(parked.join() === `statistics ${PARKED_KEY}` ? [] : [`parked: ${parked.join()}`]),
  ];
}

const rowsOf = ({ rows }: Outcome): string =>
  JSON.stringify([...rows].map(([name, all]) => [name, all.map((row) => JSON.stringify(row)).sort()]).sort());

test('undisturbed, all is as the history says', () => {
  expect(wrong(undisturbed.outcome)).toEqual([]);
});

test.each(FAULTS)(
  'a call that is %s, whichever it is, changes nothing in the end',
  async (fault) => {
    const stride = EVERY_CALL ? 1 : Math.max(1, Math.round(undisturbed.calls / NUMBERS));
    const offset = EVERY_CALL ? 0 : Math.floor((FAULTS.indexOf(fault) * stride) / FAULTS.length);
    const found: string[] = [];
    const ways = { done: 0, failed: 0, killed: 0 };
    for (let at = 1 + offset; ; at += stride) {
      const { ended, outcome } = await history(`${fault}-${at}`, callNumber(fault, at));
      if (ended.broken === undefined) break;
      ways[ended.how]++;
      if (EVERY_CALL) process.stderr.write(`${fault} ${at}: ${JSON.stringify(ways)}, ${found.length} problems\n`);
      found.push(...wrong(outcome).map((problem) => `call ${at} ${ended.broken} (${ended.how}): ${problem}`));
    }
    expect(found).toEqual([]);
    expect(ways.done + ways.failed + ways.killed).toBeGreaterThan(EVERY_CALL ? 100 : NUMBERS / 2);
  },
  LONGEST_MS,
);
