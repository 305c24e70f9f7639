import fc from 'fast-check';
import { type Act, perform } from './history.ts';
import { below, randomFrom } from './random.ts';
import { World } from './world.ts';

/** What happens beside the acts on items. */
type Event =
  | Act
  | { readonly act: 'turn'; readonly times: number }
  | { readonly act: 'split' | 'roll'; readonly shard: number }
  | { readonly act: 'expire iterators' | 'stop workers' }
  | { readonly act: 'start worker'; readonly diesAtCall: number | undefined; readonly failing: number };

export interface Story {
  readonly seed: number;
  readonly firstSequence: bigint;
  readonly events: readonly Event[];
}

interface Telling {
  readonly acts: fc.Arbitrary<Act>;
  readonly dying: boolean;
}

export const stories = ({ acts, dying }: Telling): fc.Arbitrary<Story> =>
  fc.record({
    seed: fc.nat(),
    firstSequence: fc.constantFrom(1n, 95n, 99_990n),
    events: fc.array(
      fc.oneof(
        { weight: 12, arbitrary: acts as fc.Arbitrary<Event> },
        {
          weight: 5,
          arbitrary: fc.record({ act: fc.constant('turn' as const), times: fc.integer({ min: 1, max: 6 }) }),
        },
        { weight: 4, arbitrary: start(dying) },
        {
          weight: 1,
          arbitrary: fc.record({ act: fc.constantFrom('split' as const, 'roll' as const), shard: fc.nat(9) }),
        },
        {
          weight: 1,
          arbitrary: fc.record({ act: fc.constantFrom('expire iterators' as const, 'stop workers' as const) }),
        },
      ),
      { minLength: 1, maxLength: 50, size: 'max' },
    ),
  });

const start = (dying: boolean): fc.Arbitrary<Event> =>
  fc.record({
    act: fc.constant('start worker' as const),
    diesAtCall: dying ? fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }) : fc.constant(undefined),
    failing: fc.constantFrom(0, 0, 0.1),
  });

/** Lets the story happen, then one sound worker read the rest. */
export async function tell({ seed, firstSequence, events }: Story, workers: number, leased = false): Promise<World> {
  const world = new World(firstSequence, leased);
  const random = randomFrom(seed);
  for (const event of events) {
    await happen(event, world, random, workers);
    if (random() < 0.3) await world.turn(below(random, 2));
  }
  await world.readToTheEnd(random);
  return world;
}

async function happen(event: Event, world: World, random: () => number, workers: number): Promise<void> {
  switch (event.act) {
    case 'turn':
      return world.turn(event.times);
    case 'start worker':
      if (world.working < workers) world.start({ random, diesAtCall: event.diesAtCall, failing: event.failing });
      return;
    case 'stop workers':
      return world.stopAll();
    case 'expire iterators':
      world.table.stream.epoch++;
      return;
    case 'split':
      return splitOne(world, event.shard, 2);
    case 'roll':
      return splitOne(world, event.shard, 1);
    default:
      return perform(event, world.table, world.archived);
  }
}

function splitOne({ table: { stream } }: World, choice: number, children: 1 | 2): void {
  const open = stream.shards.filter(({ closed }) => !closed);
  const shard = open[choice % open.length];
  if (shard) stream.split(shard.id, children);
}
