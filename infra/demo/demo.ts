import { dueTimes } from '../../processors/archive/due.ts';
import { archivedEvents } from '../../processors/replay/events.ts';
import { envelopeFeed } from '../../processors/replay/feed.ts';
import { beginReplay } from '../../processors/replay/ledger.ts';
import { runReplay } from '../../processors/replay/run.ts';
import { compareShadow } from '../../processors/replay/shadow.ts';
import { sourceOf } from '../../processors/replay/source.ts';
import { busTarget } from '../../processors/replay/targets/bus.ts';
import { verify } from '../../processors/statistics/verify.ts';
import { DAY_MS } from '../../shared/model/retention.ts';
import { isoUtc } from '../../shared/model/time.ts';
import { moveFedClock, stageTime } from '../../shared/state/fedClock.ts';
import type { Fed } from '../feed/fed.ts';
import { feed } from '../feed/feed.ts';
import type { PipelineOptions } from '../pipeline/options.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import type { Subscribed } from './reviewFailures.ts';
import { collectSummary, type Summary } from './summary.ts';

export interface DemoOptions {
  readonly file: string;
  readonly limit: number | undefined;
  readonly pipeline: PipelineOptions;
  /** What the example subscriber has done so far; null where the bus is not ours. */
  readonly subscribed: () => Subscribed | null;
  readonly signal: AbortSignal;
  /** One line a step, for people. */
  readonly onStep: (line: string) => void;
  readonly onFed: (fed: Fed) => void;
}

/** Where nothing is due when the data ends, the clock goes on until this part of the closed reviews is. */
const SHARE_DUE = 0.1;
const REPLAYED_DAYS = 31;

/** The whole life of a system in one go: feed, follow, let leave, verify, replay. The stack is there, and is empty. */
export async function demo(place: Workplace, options: DemoOptions): Promise<Summary> {
  const { onStep, signal } = options;
  const started = Date.now();
  onStep('Feeding reviews into the table while the pipeline follows …');
  const fed = await feedAndFollow(place, options);
  // All that is read tells what is due when.
  await new Pipeline(place, options.pipeline).runUntilIdle(signal);
  await turnClockToDue(place, onStep);
  await new Pipeline(place, options.pipeline).runUntilIdle(signal);
  onStep('Recomputing every statistic from table and archive …');
  const verification = await verify(place, { pause: options.pipeline.pause, signal });
  onStep('Replaying: one month of events to the replay bus, the whole journal into a shadow of the statistics …');
  const replayed = await replayMonth(place, options);
  const shadow = await compareShadow(place.system, place.names, place);
  const seconds = (Date.now() - started) / 1000;
  return collectSummary(place, { fed, verification, replayed, shadow, subscribed: options.subscribed(), seconds });
}

async function feedAndFollow(place: Workplace, { file, limit, pipeline, signal, onFed }: DemoOptions): Promise<Fed> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const following = new Pipeline(place, pipeline).run(both);
  const ended = following.then(() => undefined);
  const { clock, pause, random, log } = pipeline;
  try {
    return await Promise.race([
      feed(place, { file, limit, rate: undefined, clock, pause, random, log, signal, onProgress: onFed }),
      ended.then(() =>
        signal.aborted ? stoppedFeed() : Promise.reject(new Error('the pipeline stopped before the feed')),
      ),
    ]);
  } finally {
    stop.abort();
    await following;
  }
}

const stoppedFeed = (): Fed => ({ lines: 0, written: 0, present: 0, broken: [] });

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

/** The last month of the data, to the replay bus. */
async function replayMonth(
  { system, names, archive, claims, state, replayBus }: Workplace,
  { pipeline, signal }: DemoOptions,
): Promise<number> {
  let newest = 0;
  for await (const { metadata } of archivedEvents(system, names, archive, { entity: 'version' }))
    newest = Math.max(newest, Date.parse(metadata.time));
  const { now } = await stageTime(state, pipeline.clock);
  const until = Math.min(newest, now) + 1;
  const selection = { from: isoUtc(until - REPLAYED_DAYS * DAY_MS), to: isoUtc(until), entity: 'version' };
  const asked = {
    selection,
    rederive: false,
    target: { kind: 'bus' },
    restore: { tier: 'Standard', days: 1 },
  } as const;
  const { clock, pause, newId } = pipeline;
  const ledger = await beginReplay(state, asked, { id: newId(), by: newId(), now: clock.now() });
  const target = busTarget({ bus: replayBus, claims, system: system.name });
  const feed = envelopeFeed(sourceOf(system, names, archive, asked));
  const { sent } = await runReplay(ledger, { feed, target, resumed: false, clock, pause, signal });
  return sent;
}
