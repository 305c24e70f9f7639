import fc from 'fast-check';
import type { Drift } from '../../shared/model/drift.ts';
import { keyFromId } from '../../shared/model/keys.ts';
import { loadGates } from '../../shared/state/parked.ts';
import type { WorkedOff } from '../../shared/stream/workOff.ts';
import { randomFrom } from '../simulation/random.ts';
import { driftsBesideParked, eventsBesideParked } from './world/parkingExpected.ts';
import { finishDrops, type ParkingStory, parkingStories, tellParking, workOffTheRest } from './world/parkingStory.ts';
import type { ParkingWorld } from './world/parkingWorld.ts';

/**
 * THE LAW: whatever is parked, redriven and dropped while changes go on, by whom and how often, and wherever anybody
 * dies at it: the statistics equal a recomputation from scratch, and every event of what was not dropped is published,
 * always with the same id, first in the order of its item.
 */
const RUNS = 120;
/** A story takes 50 ms, and shrinking one longer than a test may: what fails is told as it was drawn, with its seed. */
const TOLD = { numRuns: RUNS, endOnFailure: true };

const inShort = ({ key, fields }: Drift): string =>
  `${key}: ${fields.map(({ path, stored, recomputed }) => `${path} is ${JSON.stringify(stored)}, not ${JSON.stringify(recomputed)}`).join('; ')}`;

async function holds(world: ParkingWorld): Promise<void> {
  expect(world.failures).toEqual([]);
  expect((await driftsBesideParked(world)).map(inShort)).toEqual([]);
  const published = [...new Set(world.bus.taken.map(({ detail }): string => JSON.parse(detail).metadata.id))];
  const expected = (await eventsBesideParked(world)).map(({ metadata }) => metadata);
  const certain = expected.filter(({ subject }) => !world.dropped.has(subject)).map(({ id }) => id);
  const all = new Set(expected.map(({ id }) => id));
  expect(certain.filter((id) => !published.includes(id))).toEqual([]);
  expect(published.filter((id) => !all.has(id))).toEqual([]);
  for (const subject of new Set(expected.map(({ partitionKey }) => partitionKey))) {
    const inOrder = expected.filter(({ partitionKey }) => partitionKey === subject).map(({ id }) => id);
    const told = published.filter((id) => inOrder.includes(id));
    expect(told).toEqual(inOrder.filter((id) => told.includes(id)));
  }
}

/** However the people's work was cut off, verification is right about it; then all that is cut off is done again. */
async function told(story: ParkingStory): Promise<ParkingWorld> {
  const world = await tellParking(story);
  const random = randomFrom(story.seed);
  expect((await world.drifts()).map(inShort)).toEqual([]);
  await finishDrops(world, random);
  await workOffTheRest(world, 'redrive', random);
  return world;
}

const howOften = (outcomes: readonly WorkedOff[], ended: WorkedOff['ended']): number =>
  outcomes.filter((outcome) => outcome.ended === ended).length;

test('what was parked is redriven once the declaration is mended, by any number of people, while changes go on', async () => {
  const outcomes: WorkedOff[] = [];
  await fc.assert(
    fc.asyncProperty(parkingStories({ dropping: false }), async (story) => {
      const world = await told(story);
      expect(await loadGates(world.state, 'statistics')).toEqual(new Map());
      expect(await loadGates(world.state, 'fanout')).toEqual(new Map());
      await holds(world);
      outcomes.push(...world.outcomes);
    }),
    TOLD,
  );
  // That the stories tell of all this; 'held' is in the unit tests.
  for (const ended of ['opened', 'poison', 'lost'] as const) expect(howOften(outcomes, ended)).toBeGreaterThan(0);
});

const closed = async ({ state }: ParkingWorld): Promise<string[]> => [...(await loadGates(state, 'statistics')).keys()];

test('what is dropped leaves the statistics exact: items count as they stand after it, and they can be counted', async () => {
  const outcomes: WorkedOff[] = [];
  await fc.assert(
    fc.asyncProperty(parkingStories({ dropping: true }), async (story) => {
      const world = await told(story);
      const random = randomFrom(story.seed);
      await holds(world);
      await workOffTheRest(world, 'drop', random);
      await holds(world);
      for (const id of await closed(world)) world.table.remove(keyFromId(id));
      await world.readToTheEnd(random);
      await workOffTheRest(world, 'drop', random);
      expect(await closed(world)).toEqual([]);
      await holds(world);
      outcomes.push(...world.outcomes);
    }),
    TOLD,
  );
  expect(outcomes.filter(({ poison }) => poison?.code === 'DROP_REFUSED').length).toBeGreaterThan(0);
});
