import '../simulation/syncZlib.ts';
import fc from 'fast-check';
import { readJournal } from '../../shared/archive/journal.ts';
import { listIncomplete } from '../../shared/state/incomplete.ts';
import { below, chance, pick, randomFrom } from '../simulation/random.ts';
import type { MappingTold } from '../support/invoker/mapping.ts';
import { anyAct, perform } from './world/history.ts';
import { MappedWorld } from './world/mappedWorld.ts';
import { driftsBesideParked, eventsBesideParked } from './world/parkingExpected.ts';

/**
 * THE LAW: delivered by event source mappings, with invocations that fail in passing, die, lose their answers or run out of
 * time at any moment and still run, batches that come again and in halves, and shards that split: statistics equal a
 * recomputation, every event is published under its id, every change is in the journal, and nothing is told as lost.
 */
const RUNS = 150;

const stories = fc.record({ seed: fc.nat(), acts: fc.array(anyAct, { maxLength: 40 }), faults: fc.nat(25) });

async function journalled({ system, names, archive }: MappedWorld): Promise<string[]> {
  const ids = new Set<string>();
  for await (const { eventId } of readJournal(system, names, archive)) ids.add(eventId);
  return [...ids].sort();
}

async function holds(world: MappedWorld): Promise<void> {
  expect(await driftsBesideParked(world)).toEqual([]);
  const published = new Set(world.bus.taken.map(({ detail }): string => JSON.parse(detail).metadata.id));
  const expected = (await eventsBesideParked(world)).map(({ metadata }) => metadata.id);
  expect([...published].sort()).toEqual([...new Set(expected)].sort());
  expect(await journalled(world)).toEqual(world.table.stream.records.map(({ eventId }) => eventId).sort());
  expect(await listIncomplete(world.state)).toEqual([]);
}

test('statistics, events and journal are exact, whatever becomes of invocations', async () => {
  const seen: Partial<MappingTold> = {};
  let splits = 0;
  await fc.assert(
    fc.asyncProperty(stories, async ({ seed, acts, faults }) => {
      const random = randomFrom(seed);
      const world = new MappedWorld(random, faults);
      for (const act of acts) {
        await perform(act, world.table, world.archived);
        world.clock.advance(below(random, 200_000));
        if (chance(random, 0.1)) {
          world.table.stream.split(pick(random, world.table.stream.shards).id, pick(random, [1, 2]));
          splits++;
        }
        if (chance(random, 0.5)) await world.deliverSome(below(random, 6));
      }
      await world.deliverAll();
      await holds(world);
      for (const { told } of Object.values(world.mappings))
        for (const [name, n] of Object.entries(told) as [keyof MappingTold, number][])
          seen[name] = (seen[name] ?? 0) + n;
    }),
    { numRuns: RUNS },
  );
  // That the stories tell of all this.
  for (const [what, times] of Object.entries({ ...seen, splits }))
    expect({ what, often: times > 10 }).toEqual({ what, often: true });
});
