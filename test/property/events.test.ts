import fc from 'fast-check';
import { deriveEvents } from '../../events/derive.ts';
import type { Envelope } from '../../events/envelope.ts';
import { attributesFromJson, attributesToJson } from '../../shared/model/attributeJson.ts';
import { decodeChange } from '../../shared/stream/change.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { worldOf } from '../simulation/simulate.ts';
import type { Cast } from '../simulation/systems/cast.ts';
import { changeOf } from '../support/given/changes.ts';
import { versionItem } from '../support/given/reviewerItems.ts';

const origin = { stage: 'test', table: 'reviews' };

test('an event has the same id and content wherever its change is read, and no other event has that id', async () => {
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const { world, tell } = worldOf(seed);
      await tell();
      const derive = (record: StreamRecord, shard: string): Envelope[] =>
        deriveEvents(world.system, origin, decodeChange(world.system, record, 'stream', shard));
      const all = world.table.stream.records.filter((record) => !isMalformed(world.cast, record));
      const events = all.flatMap((record) => derive(record, 'shard-1'));
      const archived = all.map((record) => attributesFromJson(attributesToJson(record)) as StreamRecord);
      expect(archived.flatMap((record) => derive(record, 'another'))).toEqual(events);
      expect(new Set(events.map(({ metadata }) => metadata.id)).size).toBe(events.length);
      seen += events.length;
    }),
    { numRuns: 50 },
  );
  expect(seen).toBeGreaterThan(50);
});

const isMalformed = (cast: Cast, { old, new: now }: StreamRecord): boolean =>
  [old, now].some((image) => image !== undefined && cast.isMalformed(image));

test('another table gives other ids', () => {
  const change = changeOf({ new: versionItem() });
  const ids = ['reviews', 'others'].map((table) =>
    deriveEvents(reviewer, { stage: 'test', table }, change).map(({ metadata }) => metadata.id),
  );
  expect(ids[0]).toHaveLength(1);
  expect(ids[0]).not.toEqual(ids[1]);
});
