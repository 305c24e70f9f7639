import { DAY_MS } from '../../shared/model/retention.ts';
import { isoUtc } from '../../shared/model/time.ts';
import { dueTimes } from '../../shared/state/due.ts';
import { moveFedClock, stageTime } from '../../shared/state/fedClock.ts';
import { feed } from '../feed/feed.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { outcomeOf } from './outcome.ts';
import type { Subscribed } from './reviewFailures.ts';
import { following, type StepOptions } from './steps.ts';
import { type Summary, totalsOf } from './summary.ts';

export interface DemoOptions extends StepOptions {
  readonly file: string;
  readonly limit: number | undefined;
  /** What the example subscriber has done so far; null where the bus is not ours. */
  readonly subscribed: () => Subscribed | null;
}

/** Where nothing is due when the data ends, the clock goes on until this part of the closed reviews is. */
const SHARE_DUE = 0.1;

/** The whole life of a system in one go: feed, follow, let leave, verify, replay. The stack is there, and is empty. */
export async function demo(place: Workplace, options: DemoOptions): Promise<Summary> {
  const { onStep, signal, file, limit, pipeline } = options;
  const started = Date.now();
  onStep('Feeding reviews into the table while the pipeline follows …');
  const fed = await following(place, options, (feeding) => feed(place, { ...feeding, file, limit }));
  await turnClockToDue(place, onStep);
  await new Pipeline(place, pipeline).runUntilIdle(signal);
  const outcome = await outcomeOf(place, options, { fed, started, entity: 'version' });
  return { ...outcome, ...(await totalsOf(place, fed.written)), subscriber: options.subscribed() };
}

async function turnClockToDue(place: Workplace, onStep: (line: string) => void): Promise<void> {
  const { now } = await stageTime(place.state, { now: () => 0 });
  const times = (await Promise.all(place.system.retention.map((collection) => dueTimes(place.state, collection))))
    .flat()
    .sort((a, b) => a - b);
  const [first] = times;
  const until = times[Math.floor(times.length * SHARE_DUE)];
  if (first === undefined || until === undefined || first <= now) {
    onStep('Taking closed reviews out of the table: bundle, proof, mark, delete …');
    return;
  }
  await moveFedClock(place.state, until);
  onStep(
    `Nothing is due yet on ${isoUtc(now).slice(0, 10)}: the demo's clock goes on ${Math.ceil((until - now) / DAY_MS)} days, and the oldest closed reviews leave …`,
  );
}
