import fc from 'fast-check';
import { deriveEvents } from '../../events/derive.ts';
import type { Envelope } from '../../events/envelope.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { attributesFromJson, attributesToJson } from '../../shared/model/attributeJson.ts';
import { decodeChange } from '../../shared/stream/change.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { changeOf } from '../support/given/changes.ts';
import { versionItem } from '../support/given/reviewerItems.ts';
import { perform, soundAct } from './world/history.ts';
import { randomFrom } from './world/random.ts';
import { World } from './world/world.ts';

const origin = { stage: 'test', table: 'reviews' };
const derive = (record: StreamRecord, shard: string): Envelope[] =>
  deriveEvents(reviewer, origin, decodeChange(reviewer, record, 'stream', shard));

/** Every record that acts on items, and the statistics of them, lead to. */
const records = fc
  .tuple(fc.array(soundAct, { minLength: 5, maxLength: 25, size: 'max' }), fc.nat())
  .map(async ([acts, seed]) => {
    const world = new World();
    const archived = new Map<string, Attributes>();
    for (const act of acts) await perform(act, world.table, archived);
    await world.readToTheEnd(randomFrom(seed));
    return world.table.stream.records;
  });

test('an event has the same id and content wherever its change is read, and no other event has that id', async () => {
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(records, async (written) => {
      const all = await written;
      const events = all.flatMap((record) => derive(record, 'shard-1'));
      const archived = all.map((record) => attributesFromJson(attributesToJson(record)) as StreamRecord);
      expect(archived.flatMap((record) => derive(record, 'another'))).toEqual(events);
      expect(new Set(events.map(({ metadata }) => metadata.id)).size).toBe(events.length);
      seen += events.length;
    }),
    { numRuns: 30 },
  );
  expect(seen).toBeGreaterThan(100);
});

test('another table gives other ids', () => {
  const change = changeOf({ new: versionItem() });
  const ids = ['reviews', 'others'].map((table) =>
    deriveEvents(reviewer, { stage: 'test', table }, change).map(({ metadata }) => metadata.id),
  );
  expect(ids[0]).toHaveLength(1);
  expect(ids[0]).not.toEqual(ids[1]);
});
