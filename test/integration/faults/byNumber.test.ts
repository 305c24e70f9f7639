import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, startStack } from '../../../infra/local/stack.ts';
import type { Workplace } from '../../../infra/pipeline/workplace.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import { dropStage } from '../../support/faults/dropStage.ts';
import { type Breakage, callNumber, everyCall, type Fault } from '../../support/faults/faultyHandler.ts';
import { adoptForeignErrors } from '../../support/faults/foreignErrors.ts';
import { LEAVING_REVIEW, LINES, PARKED_KEY, wellFormed } from '../../support/faults/history.ts';
import { type Ended, feedAll, live, placeOf, provisionAll, runAll } from '../../support/faults/life.ts';
import { type Outcome, outcomeOf } from '../../support/faults/outcome.ts';
import { problems } from '../../support/faults/problems.ts';

/** Every call breaks in each way where this is set; else about so many numbers of each way. */
const EVERY_CALL = process.env.AFTERWRITE_EVERY_CALL === '1';
const NUMBERS = 24;
const CALLS_APART = 40;
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
  // The first life is the slowest, and polls while it waits: the numbers are laid over the calls of a quick one.
  const first = await history('undisturbed');
  const second = await history('undisturbed-again');
  undisturbed = { outcome: second.outcome, calls: Math.min(first.ended.calls, second.ended.calls) };
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
    const found: string[] = [];
    const ways = { done: 0, failed: 0, killed: 0 };
    const broken = new Set<number>();
    for (let at = firstOf(fault); ; at = nextOf(at, broken)) {
      const { ended, outcome } = await history(`${fault}-${at}`, breakageOf(fault, at));
      if (ended.broken.length === 0) break;
      for (const { number } of ended.broken) broken.add(number);
      ways[ended.how]++;
      if (EVERY_CALL) process.stderr.write(`${fault} ${at}: ${broken.size} calls broken, ${JSON.stringify(ways)}\n`);
      const names = ended.broken.map(({ number, name }) => `${number} ${name}`).join(', ');
      found.push(...wrong(outcome).map((problem) => `calls ${names} (${ended.how}): ${problem}`));
    }
    expect(found).toEqual([]);
    expect(broken.size).toBeGreaterThan(EVERY_CALL ? 100 : NUMBERS / 4);
  },
  LONGEST_MS,
);

const stride = (): number => Math.max(1, Math.round(undisturbed.calls / NUMBERS));

/** A life can be killed once; what only fails can fail again and again, so one life shows many numbers. */
const breakageOf = (fault: Fault, at: number): Breakage =>
  EVERY_CALL && fault !== 'killed' ? everyCall(fault, at, CALLS_APART) : callNumber(fault, at);

const firstOf = (fault: Fault): number =>
  EVERY_CALL ? 1 : 1 + Math.floor((FAULTS.indexOf(fault) * stride()) / FAULTS.length);

function nextOf(at: number, broken: ReadonlySet<number>): number {
  if (!EVERY_CALL) return at + stride();
  let next = at;
  while (broken.has(next)) next++;
  return next;
}
