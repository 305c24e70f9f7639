import { auditArchive } from '../../processors/archive/audit/audit.ts';
import { DAY_MS } from '../../shared/model/retention.ts';
import { isoUtc } from '../../shared/model/time.ts';
import { dueTimes } from '../../shared/state/due.ts';
import { moveFedClock, stageTime } from '../../shared/state/fedClock.ts';
import { expiryOf } from '../../shared/stream/change.ts';
import { feedGenerated } from '../feed/generated/feedGenerated.ts';
import type { LifeGenerator } from '../feed/generated/lives.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { rowsByStatistic } from '../views/statisticRows.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { following, type StepOptions } from './steps.ts';

export interface LivesDemoOptions extends StepOptions {
  readonly generator: LifeGenerator;
  readonly lives: number;
  readonly seed: number;
}

export interface LivesSummary extends Outcome {
  readonly lives: number;
  /** What one life is, in the plural. */
  readonly of: string;
  readonly written: number;
  /** Groups by statistic. */
  readonly statistics: Record<string, number>;
  /** What an audit of the whole archive finds lost or unreadable. */
  readonly archive: Outcome['archive'] & { readonly holes: number };
}

/** Of what will ever be due or expire: until so much of it is, the clock goes on, in these steps. */
const SHARES_DUE = [0.5, 0.95];

/** The whole life of a system in one go, on lives that are made up: feed, follow, let leave, verify, audit, replay. */
export async function livesDemo(place: Workplace, options: LivesDemoOptions): Promise<LivesSummary> {
  const { generator, lives, seed, pipeline, onStep, signal } = options;
  const started = Date.now();
  onStep(`Writing ${lives} ${generator.of} into the table while the pipeline follows …`);
  const fed = await following(place, options, (feeding) =>
    feedGenerated(place, generator, { ...feeding, lives, seed }),
  );
  await letLeave(place, options);
  onStep('Reading the whole archive …');
  const { system, names, archive, state } = place;
  const { findings } = await auditArchive(system, names, archive, { now: pipeline.clock.now(), state, signal });
  const outcome = await outcomeOf(place, options, { fed, started });
  const groups = await rowsByStatistic(place);
  return {
    ...outcome,
    lives,
    of: generator.of,
    written: fed.written,
    statistics: Object.fromEntries(system.statistics.map(({ name }) => [name, groups.get(name)?.length ?? 0])),
    archive: { ...outcome.archive, holes: findings.filter(({ level }) => level === 'hole').length },
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
