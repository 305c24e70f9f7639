import fc from 'fast-check';
import { keyFromId, keyText } from '../../../shared/model/keys.ts';
import { loadGates } from '../../../shared/state/parked.ts';
import type { WorkOffHow } from '../../../shared/stream/workOff.ts';
import { below, randomFrom } from '../../simulation/random.ts';
import { type Act, anyAct, perform, soundAct } from './history.ts';
import { POISONER } from './mendable.ts';
import { ParkingWorld } from './parkingWorld.ts';

type Event =
  | { readonly what: 'act'; readonly act: Act }
  | { readonly what: 'turn'; readonly times: number }
  | { readonly what: 'split'; readonly shard: number; readonly children: 1 | 2 }
  | { readonly what: 'stop workers' | 'mend' }
  | { readonly what: 'worker'; readonly diesAtCall: number | undefined; readonly failing: number }
  | ({ readonly what: 'person'; readonly how: WorkOffHow } & PersonFate);

interface PersonFate {
  readonly diesAtCall: number | undefined;
  readonly failing: number;
  readonly takesOver: boolean;
}

export interface ParkingStory {
  readonly seed: number;
  readonly events: readonly Event[];
}

interface Telling {
  /** Malformed items, that no release mends, and people who drop what is parked. */
  readonly dropping: boolean;
}

/** Half of what is written is what the mistaken declaration refuses. */
const poisoned = (act: Act, poison: boolean): Act =>
  act.act === 'version' && poison ? { act: 'version', version: { ...act.version, createdBy: POISONER } } : act;

const acts = (arbitrary: fc.Arbitrary<Act>): fc.Arbitrary<Event> =>
  fc.tuple(arbitrary, fc.boolean()).map(([act, poison]) => ({ what: 'act', act: poisoned(act, poison) }));

const dying = fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined });
const failing = fc.constantFrom(0, 0, 0.1);

export const parkingStories = ({ dropping }: Telling): fc.Arbitrary<ParkingStory> =>
  fc.record({
    seed: fc.nat(),
    events: fc.array(
      fc.oneof(
        { weight: 12, arbitrary: acts(dropping ? anyAct : soundAct) },
        {
          weight: 6,
          arbitrary: fc.record({ what: fc.constant('turn' as const), times: fc.integer({ min: 1, max: 5 }) }),
        },
        { weight: 4, arbitrary: fc.record({ what: fc.constant('worker' as const), diesAtCall: dying, failing }) },
        {
          weight: 5,
          arbitrary: fc.record({
            what: fc.constant('person' as const),
            how: dropping ? fc.constantFrom<WorkOffHow>('redrive', 'drop') : fc.constant<WorkOffHow>('redrive'),
            diesAtCall: dying,
            failing,
            takesOver: fc.boolean(),
          }),
        },
        { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('stop workers' as const, 'mend' as const) }) },
        {
          weight: 1,
          arbitrary: fc.record({
            what: fc.constant('split' as const),
            shard: fc.nat(9),
            children: fc.constantFrom(1 as const, 2 as const),
          }),
        },
      ) as fc.Arbitrary<Event>,
      { minLength: 5, maxLength: 60, size: 'max' },
    ),
  });

/** Lets the story happen; then the release that mends, and all is read. */
export async function tellParking({ seed, events }: ParkingStory): Promise<ParkingWorld> {
  const world = new ParkingWorld();
  const random = randomFrom(seed);
  for (const event of events) {
    await happen(event, world, random);
    if (random() < 0.4) await world.turn(below(random, 2));
  }
  await world.mend();
  await world.readToTheEnd(random);
  return world;
}

/**
 * Whoever's drop was cut off does it again: until then it may have counted behind a gate that is still closed. Where that is refused,
 * for what came since can't be counted, the item is deleted first, as the refusal says.
 */
export async function finishDrops(world: ParkingWorld, random: () => number): Promise<void> {
  const sound = { random, diesAtCall: undefined, failing: 0 };
  const again = async (): Promise<void> => {
    world.workOffAll('drop', sound, true, new Set(world.cutOff));
    await world.peopleDone();
  };
  await again();
  if (world.cutOff.size === 0) return;
  for (const id of (await loadGates(world.state, 'statistics')).keys())
    if (world.cutOff.has(keyText(keyFromId(id)))) world.table.remove(keyFromId(id));
  await world.readToTheEnd(random);
  await again();
}

/** Two people at once, without any fault; then again, for what came of the first time is read, and may have to wait too. */
export async function workOffTheRest(world: ParkingWorld, how: WorkOffHow, random: () => number): Promise<void> {
  for (let times = 0; times < 2; times++) {
    for (let people = 0; people < 2; people++)
      world.workOffAll(how, { random, diesAtCall: undefined, failing: 0 }, true);
    await world.peopleDone();
    await world.readToTheEnd(random);
  }
}

async function happen(event: Event, world: ParkingWorld, random: () => number): Promise<void> {
  switch (event.what) {
    case 'act':
      return perform(event.act, world.table, world.archived);
    case 'turn':
      return world.turn(event.times);
    case 'worker':
      if (world.working < 2) world.start({ random, ...event });
      return;
    case 'person':
      // What is dropped by a mistaken declaration is uncounted for good, also where a mended one would count it.
      if (world.people < 2)
        world.workOffAll(world.isMended ? event.how : 'redrive', { random, ...event }, event.takesOver);
      return;
    case 'stop workers':
      return world.stopAll();
    case 'mend':
      return world.mend();
    case 'split': {
      const open = world.table.stream.shards.filter(({ closed }) => !closed);
      const shard = open[event.shard % open.length];
      if (shard) world.table.stream.split(shard.id, event.children);
    }
  }
}
