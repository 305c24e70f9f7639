import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { feed } from '../../../infra/feed/feed.ts';
import { onThisMachine } from '../../../infra/pipeline/options.ts';
import { beginReplay } from '../../../processors/replay/ledger.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { dueTimes } from '../../../shared/state/due.ts';
import { moveFedClock } from '../../../shared/state/fedClock.ts';
import { readReplay } from '../../../shared/state/replays.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { below, between, chance, pick, randomFrom } from '../../simulation/random.ts';
import { adoptForeignErrors } from '../../support/faults/foreignErrors.ts';
import { type DeployedWorld, startDeployedWorld } from '../../support/invoker/deployedWorld.ts';
import { EventSourceMapping, type InvocationFate } from '../../support/invoker/mapping.ts';
import { type SplitStream, startSplitStream } from '../../support/invoker/splitStream.ts';
import { eventsOfJournal, expectWhole, idsIn } from '../../support/invoker/wholeWorld.ts';

/**
 * THE LAW: the very bundles that are deployed, delivered to as Lambda delivers, with invocations that are killed at any moment,
 * run out of time, lose their answers or come again, batches that are halved, and shards that split, leave statistics
 * without drift, every event published and archived, and an archive without a hole. On the shipped real file.
 *
 * AFTERWRITE_CONFORMANCE_LINES=1500 for more of it than CI has time for; AFTERWRITE_CONFORMANCE_SEED for another course.
 */
const LINES = Number(process.env.AFTERWRITE_CONFORMANCE_LINES ?? 200);
const SEED = Number(process.env.AFTERWRITE_CONFORMANCE_SEED ?? 1);
const FILE = resolve('test/fixtures/terraform-reviews.ndjson.gz');
const LONGEST_MS = 600_000 + LINES * 2_000;
const BATCH = LINES > 500 ? 2_000 : 200;
const WINDOW_MS = 10_000;
const FAULTS = 30;
const REMAINING_MS = 60_000;
/** At most: some die in any case, on however fast a machine. */
const DYING_MS = [10, 100, 800];
const HOUR_MS = 3_600_000;

adoptForeignErrors();

const random = randomFrom(SEED);
let world: DeployedWorld;
let stream: SplitStream;
let mappings: Record<'live' | 'archive', EventSourceMapping>;

beforeAll(async () => {
  world = await startDeployedWorld(reviewer, async (endpoint) => {
    stream = await startSplitStream(endpoint);
    return stream.url;
  });
  const source = await world.place.stream();
  const mapping = (reader: 'live' | 'archive') =>
    new EventSourceMapping({
      source,
      settings: { batchSize: BATCH, tumblingWindowMs: WINDOW_MS, bisects: true },
      random,
      faults: FAULTS,
      invoke: (event, fate) => invoke(reader, event, fate),
    });
  mappings = { live: mapping('live'), archive: mapping('archive') };
}, LONGEST_MS);

afterAll(async () => {
  await world?.stop();
  await stream?.stop();
});

/** Now and then in a fresh process, or with hardly any time: half of those can do nothing, and must say so. */
async function invoke(name: 'live' | 'archive', event: unknown, fate: InvocationFate): Promise<unknown> {
  const one = world.functions[name];
  if (chance(random, 0.05)) await one.end();
  const remainingMs = chance(random, 0.15) ? between(random, 1_500, 2_500) : REMAINING_MS;
  return one.invoke(event, {
    remainingMs,
    ...(fate === 'timed out' && { killAfterMs: below(random, pick(random, DYING_MS)) }),
  });
}

/** Until both mappings are at the end. */
async function deliverAll(): Promise<void> {
  for (let moved = true; moved; ) {
    moved = false;
    for (const mapping of Object.values(mappings)) moved = (await mapping.step()) || moved;
    if (chance(random, 0.1)) stream.split(below(random, 8), chance(random, 0.7) ? 2 : 1);
  }
}

const scheduled = (name: 'sweeper' | 'compactor' | 'replayWorker', task: string, killAfterMs?: number) =>
  world.functions[name].invoke({ task }, { remainingMs: 120_000, ...(killAfterMs !== undefined && { killAfterMs }) });

/** At that moment, or done before, on a fast machine. */
const killed = (name: 'sweeper' | 'replayWorker', task: string, afterMs: number) =>
  scheduled(name, task, afterMs).catch((error: Error) => expect(error.message).toContain('it died'));

/** What the sweeper told of a metric, in order. */
function metric(name: string): unknown[] {
  const told = world.functions.sweeper.lines.filter((line) => line.includes('"_aws"'));
  return told.map((line) => JSON.parse(line) as Record<string, unknown>).flatMap((line) => line[name] ?? []);
}

test(
  'what is written while all goes wrong is counted, published and archived, once and whole',
  async () => {
    const feeding = feed(world.place, {
      file: FILE,
      limit: LINES,
      ...onThisMachine(silentLog),
      rate: undefined,
      signal: new AbortController().signal,
    });
    let isFed = false;
    feeding.finally(() => {
      isFed = true;
    });
    while (!isFed) await deliverAll();
    expect((await feeding).lines).toBe(LINES);
    await deliverAll();
    await expectWhole(world, LINES);
    const told = Object.values(mappings).map((mapping) => mapping.told);
    const sum = (name: keyof EventSourceMapping['told']): number => told.reduce((all, one) => all + one[name], 0);
    for (const what of ['lost', 'timedOut', 'again', 'bisected', 'final', 'empty'] as const)
      expect({ what, happened: sum(what) > 0 }).toEqual({ what, happened: true });
    expect(stream.count()).toBeGreaterThan(2);
  },
  LONGEST_MS,
);

test(
  'what is due leaves the table, whenever the sweeper dies; then all is as whole as before',
  async () => {
    const { state, system } = world.place;
    const [collection] = system.retention;
    const due = collection ? await dueTimes(state, collection) : [];
    await moveFedClock(state, due[Math.floor(due.length / 2)] ?? 0);
    await killed('sweeper', 'sweep', between(random, 300, 1_500));
    // Its turn is over once its time would have been.
    await state.remove('TURN', 'sweep');
    for (let n = 0; n < 3; n++) {
      await scheduled('sweeper', 'sweep');
      await deliverAll();
    }
    await scheduled('sweeper', 'drain');
    await expectWhole(world, LINES);
    expect((collection ? await dueTimes(state, collection) : []).length).toBeLessThan(due.length);
    await scheduled('sweeper', 'verify');
    expect(metric('drift')).toEqual([0]);
    expect(metric('parked').at(-1)).toBe(0);
  },
  LONGEST_MS,
);

test(
  'a compacted archive is replayed from one invocation to the next',
  async () => {
    const { state, names } = world.place;
    await moveFedClock(state, systemClock.now() + 3 * HOUR_MS);
    await scheduled('compactor', 'compact');
    await expectWhole(world, LINES);
    const [id, now] = [randomUUID(), systemClock.now()];
    const asked = { selection: {}, rederive: false, target: { kind: 'bus' }, restore: { tier: 'Standard', days: 1 } };
    await beginReplay(state, { ...asked, nextAt: now } as Parameters<typeof beginReplay>[1], { id, by: id, now });
    await world.functions.replayWorker.invoke({ task: 'replay' }, { remainingMs: 20_050 });
    await killed('replayWorker', 'replay', between(random, 5, 400));
    await state.remove('TURN', 'replay');
    await scheduled('replayWorker', 'replay');
    expect(await readReplay(state, id)).toMatchObject({ state: 'done' });
    expect(idsIn(world, names.replayLogGroup)).toEqual(await eventsOfJournal(world));
  },
  LONGEST_MS,
);
