import { auditArchive } from '../../processors/archive/audit/audit.ts';
import { dueTimes } from '../../processors/archive/due.ts';
import { compareShadow } from '../../processors/replay/shadow.ts';
import { verify } from '../../processors/statistics/verify.ts';
import { DAY_MS } from '../../shared/model/retention.ts';
import { isoUtc } from '../../shared/model/time.ts';
import { moveFedClock, stageTime } from '../../shared/state/fedClock.ts';
import { expiryOf } from '../../shared/stream/change.ts';
import type { Fed } from '../feed/fed.ts';
import { feedGenerated } from '../feed/generated/feedGenerated.ts';
import type { LifeGenerator } from '../feed/generated/lives.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { parkedStatus } from '../views/lag.ts';
import { rowsByStatistic } from '../views/statisticRows.ts';
import { following, replayMonth, type StepOptions } from './steps.ts';
import { archiveSize, eventCounts } from './summary.ts';

export interface LivesDemoOptions extends StepOptions {
  readonly generator: LifeGenerator;
  readonly lives: number;
  readonly seed: number;
  /** One line a step, for people. */
  readonly onStep: (line: string) => void;
  readonly onFed: (fed: Fed) => void;
}

export interface LivesSummary {
  readonly system: string;
  readonly stage: string;
  readonly lives: number;
  /** What one life is, in the plural. */
  readonly of: string;
  readonly written: number;
  /** Groups by statistic. */
  readonly statistics: Record<string, number>;
  /** Distinct events by type. */
  readonly events: Record<string, number>;
  readonly archive: {
    readonly bundles: number;
    readonly itemsLeft: number;
    readonly objects: number;
    readonly bytes: number;
    /** What an audit of all of it finds lost or unreadable. */
    readonly holes: number;
  };
  readonly verify: { readonly aggregates: number; readonly drift: number };
  readonly replay: { readonly events: number; readonly changes: number; readonly drift: number };
  readonly parked: number;
  /** Keys that the table did not take. */
  readonly broken: readonly string[];
  readonly seconds: number;
}

/** Of what will ever be due or expire: until so much of it is, the clock goes on, in these steps. */
const SHARES_DUE = [0.5, 0.95];

/** The whole life of a system in one go, on lives that are made up: feed, follow, let leave, verify, audit, replay. */
export async function livesDemo(place: Workplace, options: LivesDemoOptions): Promise<LivesSummary> {
  const { generator, lives, seed, pipeline, onStep, signal } = options;
  const started = Date.now();
  onStep(`Writing ${lives} ${generator.of} into the table while the pipeline follows …`);
  const { clock, pause, random, log } = pipeline;
  const feeding = { rate: undefined, clock, pause, random, log, signal, onProgress: options.onFed, lives, seed };
  const fed = await following(place, options, () => feedGenerated(place, generator, feeding));
  // All that is read tells what is due when.
  await new Pipeline(place, pipeline).runUntilIdle(signal);
  await letLeave(place, options);
  onStep('Recomputing every statistic from table and archive; reading the whole archive …');
  const verification = await verify(place, { clock, pause, signal });
  const { findings } = await auditArchive(place.system, place.names, place.archive, {
    now: clock.now(),
    state: place.state,
    signal,
  });
  onStep('Replaying: one month of events to the replay bus, the whole journal into a shadow of the statistics …');
  const replayed = await replayMonth(place, options);
  const shadow = await compareShadow(place.system, place.names, place);
  const groups = await rowsByStatistic(place);
  return {
    system: place.system.name,
    stage: place.names.stage,
    lives,
    of: generator.of,
    written: fed.written,
    statistics: Object.fromEntries(place.system.statistics.map(({ name }) => [name, groups.get(name)?.length ?? 0])),
    events: await eventCounts(place),
    archive: {
      ...(await archiveSize(place)),
      itemsLeft: verification.departed,
      holes: findings.filter(({ level }) => level === 'hole').length,
    },
    verify: { aggregates: verification.aggregates, drift: verification.drifts.length },
    replay: { events: replayed, changes: shadow.changes, drift: shadow.drifts.length },
    parked: (await parkedStatus(place)).length,
    broken: fed.broken.map(({ reason }) => reason),
    seconds: Math.round((Date.now() - started) / 100) / 10,
  };
}

async function letLeave(place: Workplace, { pipeline, onStep, signal }: LivesDemoOptions): Promise<void> {
  const times = await endsOf(place);
  for (const share of SHARES_DUE) {
    const { now } = await stageTime(place.state, pipeline.clock);
    const until = times[Math.floor(times.length * share)];
    if (until === undefined || until <= now) continue;
    await moveFedClock(place.state, until);
    onStep(
      `The demo's clock goes on ${Math.ceil((until - now) / DAY_MS)} days to ${isoUtc(until).slice(0, 10)}: what is due leaves, what expires goes …`,
    );
    await new Pipeline(place, pipeline).runUntilIdle(signal);
  }
}

/** When something is due or expires, epoch milliseconds, soonest first. */
async function endsOf({ system, state, table }: Workplace): Promise<number[]> {
  const times: number[] = [];
  for (const collection of system.retention) times.push(...(await dueTimes(state, collection)));
  for await (const item of table.scan()) {
    const expiry = expiryOf(system.table, item);
    if (Number.isFinite(expiry)) times.push(expiry);
  }
  return times.sort((a, b) => a - b);
}
