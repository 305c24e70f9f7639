import { archivedEvents } from '../../processors/replay/events.ts';
import { envelopeFeed } from '../../processors/replay/feed.ts';
import { beginReplay } from '../../processors/replay/ledger.ts';
import { runReplay } from '../../processors/replay/run.ts';
import { sourceOf } from '../../processors/replay/source.ts';
import { busTarget } from '../../processors/replay/targets/bus.ts';
import { DAY_MS } from '../../shared/model/retention.ts';
import { isoUtc } from '../../shared/model/time.ts';
import { stageTime } from '../../shared/state/fedClock.ts';
import type { Fed } from '../feed/fed.ts';
import type { PipelineOptions } from '../pipeline/options.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import type { Workplace } from '../pipeline/workplace.ts';

/** What every demo's steps work with. */
export interface StepOptions {
  readonly pipeline: PipelineOptions;
  readonly signal: AbortSignal;
  /** One line a step, for people. */
  readonly onStep: (line: string) => void;
  readonly onFed: (fed: Fed) => void;
}

/** What each way of feeding is given. */
type Feeding = Pick<PipelineOptions, 'clock' | 'pause' | 'random' | 'log'> & {
  readonly rate: undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (fed: Fed) => void;
};

type Working = Pick<StepOptions, 'pipeline' | 'signal'>;

const REPLAYED_DAYS = 31;

/** Feeds while the pipeline follows, until it has read all: what is due when is known by then. */
export async function following(
  place: Workplace,
  { pipeline, signal, onFed }: StepOptions,
  feed: (feeding: Feeding) => Promise<Fed>,
): Promise<Fed> {
  const { clock, pause, random, log } = pipeline;
  const fed = await besidePipeline(place, { pipeline, signal }, () =>
    feed({ rate: undefined, clock, pause, random, log, signal, onProgress: onFed }),
  );
  await new Pipeline(place, pipeline).runUntilIdle(signal);
  return fed;
}

async function besidePipeline(place: Workplace, { pipeline, signal }: Working, feed: () => Promise<Fed>): Promise<Fed> {
  const stop = new AbortController();
  const running = new Pipeline(place, pipeline).run(AbortSignal.any([signal, stop.signal]));
  const ended = running.then(() => undefined);
  try {
    return await Promise.race([
      feed(),
      ended.then(() =>
        signal.aborted ? stoppedFeed() : Promise.reject(new Error('the pipeline stopped before the feed')),
      ),
    ]);
  } finally {
    stop.abort();
    await running;
  }
}

const stoppedFeed = (): Fed => ({ lines: 0, written: 0, present: 0, broken: [] });

/** The last month of the data, to the replay bus. @param entity of this alone; absent: all */
export async function replayMonth(
  { system, names, archive, claims, state, replayBus }: Workplace,
  { pipeline, signal }: Working,
  entity?: string,
): Promise<number> {
  const of = entity === undefined ? {} : { entity };
  let newest = 0;
  for await (const { metadata } of archivedEvents(system, names, archive, of))
    newest = Math.max(newest, Date.parse(metadata.time));
  const { now } = await stageTime(state, pipeline.clock);
  const until = Math.min(newest, now) + 1;
  const selection = { from: isoUtc(Math.max(0, until - REPLAYED_DAYS * DAY_MS)), to: isoUtc(until), ...of };
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
