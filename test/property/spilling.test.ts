import fc from 'fast-check';
import { SpillWorld, spillStories } from './world/spillWorld.ts';

/**
 * THE LAW: wherever the bus goes out and comes back, whoever reads the same shard at the same time, whoever drains beside
 * whom, and wherever any of them dies, in any order of their calls: when the bus is well and all is read, every event was
 * published, always with one id, first in the order of its item; and nothing waits any more.
 */
const RUNS = 400;

test('no outage loses an event, or lets one overtake another', async () => {
  let spells = 0;
  await fc.assert(
    fc.asyncProperty(spillStories, fc.scheduler(), async (story, scheduler) => {
      const world = new SpillWorld(story, scheduler);
      await world.tell();
      spells += (await world.left()).length;
      await world.end();
      expect(world.failures).toEqual([]);
      expect(await world.left()).toEqual([]);
      const first = [...new Map(world.published.map((one) => [one.id, one])).values()];
      const asked = [...world.changes.values()].flat();
      for (const { key } of asked) {
        const subject = `${key.pk}/${key.sk}`;
        const sequences = first.filter(({ partitionKey }) => partitionKey === subject).map(({ sequence }) => sequence);
        expect(sequences).toEqual(
          asked.filter((one) => one.key.pk === key.pk).map(({ position }) => position.sequence),
        );
      }
    }),
    { numRuns: RUNS },
  );
  // That the stories tell of outages.
  expect(spells).toBeGreaterThan(RUNS / 4);
});
