import './syncZlib.ts';
import { brokenCheckpoints, brokenConservation, brokenHistory, brokenJournal } from './laws/archive.ts';
import { brokenCauses } from './laws/causes.ts';
import { brokenEvents } from './laws/events.ts';
import { unreported } from './laws/losses.ts';
import { leakedSecrets } from './laws/secrets.ts';
import { brokenSpills } from './laws/spills.ts';
import { brokenStatistics } from './laws/statistics.ts';
import { chance, pick, randomFrom } from './random.ts';
import { anyPlot, tell } from './story.ts';
import { parcelsCast } from './systems/parcels.ts';
import { reviewerCast } from './systems/reviewer.ts';
import { Trace } from './trace.ts';
import { World } from './world.ts';

export interface Outcome {
  readonly seed: number;
  readonly system: string;
  /** Empty: every law holds. */
  readonly broken: readonly string[];
  /** Of all that happened: the same seed gives the same. */
  readonly trace: Trace;
  readonly records: number;
}

const FIRST_SEQUENCES = [1n, 95n, 995n, 99_990n];
/** Before anything is due, and when all that is closed is due at once. */
const STARTS = ['2026-02-01T10:00:00.000Z', '2027-06-01T10:00:00.000Z'];

/** One world from one seed, and which laws it broke. */
export async function simulate(seed: number, keepsTrace = false): Promise<Outcome> {
  const { world, tell } = worldOf(seed, new Trace(keepsTrace));
  const broken = await tell()
    .then(() => lawsBroken(world))
    .catch((error: unknown) => [`progress: ${inFull(error)}`]);
  const { trace, system } = world;
  const { records } = world.table.stream;
  for (const { eventId, new: image } of records) trace.note(`${eventId} ${JSON.stringify(image)}`);
  return { seed, system: system.name, broken, trace, records: records.length };
}

/** A world in which nothing has happened yet, and its story. */
export function worldOf(seed: number, trace = new Trace()): { world: World; tell: () => Promise<void> } {
  const random = randomFrom(Math.imul(seed, 0x9e3779b1) ^ (seed >>> 16));
  const cast = chance(random, 0.5) ? parcelsCast : reviewerCast;
  const setting = { firstSequence: pick(random, FIRST_SEQUENCES), now: Date.parse(pick(random, STARTS)) };
  const world = new World(cast, trace, setting);
  const plot = anyPlot(random);
  trace.note(`${cast.system.name} ${JSON.stringify(plot)}`);
  return { world, tell: () => tell(world, plot, random) };
}

async function lawsBroken(world: World): Promise<string[]> {
  const failures = world.failures.map((error) =>
    typeof error === 'string' ? error : `a worker ends: ${inFull(error)}`,
  );
  const broken = [
    ...(await brokenStatistics(world)),
    ...(await brokenEvents(world)),
    ...brokenJournal(world),
    ...(await brokenHistory(world)),
    ...(await brokenCheckpoints(world)),
  ];
  return [
    ...failures,
    ...(await brokenConservation(world)),
    ...brokenCauses(world),
    ...leakedSecrets(world),
    ...(await brokenSpills(world)),
    ...(await unreported(world, broken)),
  ];
}

const inFull = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
