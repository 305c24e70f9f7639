import { feedGenerated } from '../../../infra/feed/generated/feedGenerated.ts';
import { generatorOf } from '../../../infra/feed/generated/generators.ts';
import { onThisMachine } from '../../../infra/pipeline/options.ts';
import { streamOf } from '../../../shared/aws/provisionTables.ts';
import { dynamoStreamSource } from '../../../shared/aws/streamSource.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { k9 } from '../../../shared/systems/k9.ts';
import { below, chance, randomFrom } from '../../simulation/random.ts';
import { adoptForeignErrors } from '../../support/faults/foreignErrors.ts';
import { type DeployedWorld, startDeployedWorld } from '../../support/invoker/deployedWorld.ts';
import { EventSourceMapping, type InvocationFate } from '../../support/invoker/mapping.ts';
import { expectWhole } from '../../support/invoker/wholeWorld.ts';

/**
 * THE LAW of conformance.test.ts, for a system of several tables: each stream has mappings of its own, and one function of
 * each reader takes the batches of all.
 */
const LIVES = 6;
const SEED = 1;
const FAULTS = 6;
const LONGEST_MS = 300_000;
const SETTINGS = { batchSize: 100, tumblingWindowMs: 10_000, bisects: true };
const REMAINING_MS = 60_000;
const DYING_MS = 400;

adoptForeignErrors();

const random = randomFrom(SEED);
let world: DeployedWorld;
let mappings: EventSourceMapping[];

beforeAll(async () => {
  world = await startDeployedWorld(k9);
  const { clients, names } = world.place;
  const sources = (k9.table.parts ?? []).map(async ({ table }) => {
    const { stream } = await streamOf(clients.dynamodb, table.name(names.stage), table);
    return dynamoStreamSource(clients.streams, stream);
  });
  mappings = (await Promise.all(sources)).flatMap((source) =>
    (['live', 'archive'] as const).map(
      (reader) =>
        new EventSourceMapping({
          source,
          settings: SETTINGS,
          random,
          faults: FAULTS,
          invoke: (event, fate) => invoke(reader, event, fate),
        }),
    ),
  );
}, LONGEST_MS);

afterAll(() => world?.stop());

/** Now and then in a fresh process. */
async function invoke(name: 'live' | 'archive', event: unknown, fate: InvocationFate): Promise<unknown> {
  const one = world.functions[name];
  if (chance(random, 0.05)) await one.end();
  return one.invoke(event, {
    remainingMs: REMAINING_MS,
    ...(fate === 'timed out' && { killAfterMs: below(random, DYING_MS) }),
  });
}

test(
  'what is written to several tables while all goes wrong is counted, published and archived, once and whole',
  async () => {
    await feedGenerated(world.place, generatorOf(k9), {
      lives: LIVES,
      seed: SEED,
      ...onThisMachine(silentLog),
      rate: undefined,
      signal: new AbortController().signal,
    });
    for (let moved = true; moved; ) {
      moved = false;
      for (const mapping of mappings) moved = (await mapping.step()) || moved;
    }
    await expectWhole(world, LIVES);
    const delivered = mappings.map(({ told }) => told.invocations);
    expect(Math.min(...delivered)).toBeGreaterThan(0);
  },
  LONGEST_MS,
);
