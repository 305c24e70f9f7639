import { dueTimes } from '../../processors/archive/due.ts';
import { compareShadow } from '../../processors/replay/shadow.ts';
import { verify } from '../../processors/statistics/verify.ts';
import { DAY_MS } from '../../shared/model/retention.ts';
import { isoUtc } from '../../shared/model/time.ts';
import { moveFedClock, stageTime } from '../../shared/state/fedClock.ts';
import type { Fed } from '../feed/fed.ts';
import { feed } from '../feed/feed.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import type { Subscribed } from './reviewFailures.ts';
import { following, replayMonth, type StepOptions } from './steps.ts';
import { collectSummary, type Summary } from './summary.ts';

export interface DemoOptions extends StepOptions {
  readonly file: string;
  readonly limit: number | undefined;
  /** What the example subscriber has done so far; null where the bus is not ours. */
  readonly subscribed: () => Subscribed | null;
  /** One line a step, for people. */
  readonly onStep: (line: string) => void;
  readonly onFed: (fed: Fed) => void;
}

/** Where nothing is due when the data ends, the clock goes on until this part of the closed reviews is. */
const SHARE_DUE = 0.1;

/** The whole life of a system in one go: feed, follow, let leave, verify, replay. The stack is there, and is empty. */
export async function demo(place: Workplace, options: DemoOptions): Promise<Summary> {
  const { onStep, signal } = options;
  const started = Date.now();
  onStep('Feeding reviews into the table while the pipeline follows …');
  const { file, limit, pipeline, onFed } = options;
  const { clock, pause, random, log } = pipeline;
  const surroundings = { rate: undefined, clock, pause, random, log, signal, onProgress: onFed };
  const fed = await following(place, options, () => feed(place, { ...surroundings, file, limit }));
  // All that is read tells what is due when.
  await new Pipeline(place, options.pipeline).runUntilIdle(signal);
  await turnClockToDue(place, onStep);
  await new Pipeline(place, options.pipeline).runUntilIdle(signal);
  onStep('Recomputing every statistic from table and archive …');
  const verification = await verify(place, { clock, pause, signal });
  onStep('Replaying: one month of events to the replay bus, the whole journal into a shadow of the statistics …');
  const replayed = await replayMonth(place, options, 'version');
  const shadow = await compareShadow(place.system, place.names, place);
  const seconds = (Date.now() - started) / 1000;
  return collectSummary(place, { fed, verification, replayed, shadow, subscribed: options.subscribed(), seconds });
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
