import { z } from 'zod';
import { deriveEvents } from '../../../events/derive.ts';
import { planArchive } from '../../../processors/archive/plan.ts';
import { statisticsProcessor } from '../../../processors/statistics/handler.ts';
import { decodeAttributes, encodeAttributes } from '../../../shared/model/attribute.ts';
import { entity } from '../../../shared/model/entity.ts';
import { event, inserted } from '../../../shared/model/event.ts';
import { mean } from '../../../shared/model/measures/mean.ts';
import { sum } from '../../../shared/model/measures/sum.ts';
import { collection } from '../../../shared/model/retention.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { listParked } from '../../../shared/state/parked.ts';
import { decodeChange } from '../../../shared/stream/change.ts';
import { Lineage } from '../../../shared/stream/lineage.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

/** Its functions work on what they were tried on, and throw on orders that come later. */
const order = entity('order', {
  key: 'ORDER#{id} / ORDER',
  schema: z.object({ id: z.string(), shop: z.string(), cents: z.number(), tags: z.array(z.string()).optional() }),
  example: { id: 'o1', shop: 's1', cents: 5, tags: [] },
});
const shop = statistic('shop', {
  key: 'SHOP#{shop} / STATS',
  measures: { cents: sum() },
  feeds: (from) => [from(order, (o) => [{ into: { shop: o.shop }, add: { cents: o.cents } }])],
  shape: (s) => {
    if (Number(s.cents) === 13) throw new TypeError('unlucky');
    return { cents: s.cents };
  },
  indexes: (s) => ({ GSI1PK: Number(s.cents) === 14 ? '' : 'shops', GSI1SK: s.shop }),
});
const tagged = event('Tagged', {
  version: 1,
  since: '0.1.0',
  example: { tags: 1 },
  description: 'An order came.',
  when: inserted(order, () => true),
  schema: z.object({ tags: z.number() }),
  data: (o) => ({ tags: (o.tags as string[]).length }),
});
const system = defineSystem({
  name: 'orders',
  table: {
    name: (stage) => `orders-${stage}`,
    partitionKey: 'PK',
    sortKey: 'SK',
    indexes: [{ name: 'GSI1', partition: 'GSI1PK', sort: 'GSI1SK' }],
  },
  entities: [order],
  statistics: [shop],
  events: [tagged],
  retention: [
    collection('order', {
      of: order,
      due: (o) => (o.tags as string[]).length,
      entities: [order],
      partition: (o) => `ORDER#${o.id}`,
      head: () => undefined,
      storageClass: 'STANDARD',
      lifeDays: 1,
    }),
  ],
});

/** A number that its writer keeps as text. */
const written = entity('order', {
  key: 'ORDER#{id} / ORDER',
  schema: z.object({ id: z.string(), shop: z.string(), cents: z.string() }),
  example: { id: 'o1', shop: 's1', cents: '5' },
});
const byText = defineSystem({
  name: 'orders',
  table: { name: () => 'orders', partitionKey: 'PK', sortKey: 'SK' },
  entities: [written],
  statistics: [
    statistic('shop', {
      key: 'SHOP#{shop} / STATS',
      measures: { mean: mean(), cents: sum() },
      feeds: (from) => [
        from(written, (o) => [{ into: { shop: o.shop }, add: { cents: Number(o.cents), mean: Number(o.cents) } }]),
      ],
    }),
  ],
  events: [],
  retention: [],
});

const at = (sequence: number, id: string, shopId: string, cents: number | string, of = system) => {
  const keys = { PK: { S: `ORDER#${id}` }, SK: { S: 'ORDER' } };
  const item = { ...keys, ...encodeAttributes({ id, shop: shopId, cents }) };
  const record = {
    eventId: `e${sequence}`,
    sequence: String(sequence),
    at: 0,
    keys,
    old: undefined,
    new: item,
    byTtl: false,
  };
  return decodeChange(of, record, 'stream', 'shard-1');
};

test('a group whose shape throws, or whose index key the table refuses, parks its changes; the others are counted', async () => {
  const table = new MemoryTable(system.table, new TurnedClock());
  const state = memoryState();
  const lineage = new Lineage(memoryStreamSource(table.stream));
  const processor = statisticsProcessor(system, { table, state, lineage, log: silentLog });
  await processor.process([at(1, 'a', 's1', 13), at(2, 'b', 's2', 14), at(3, 'c', 's3', 15)]);
  const parked: string[] = [];
  for await (const { key, code } of listParked(state, 'statistics')) parked.push(`${key.pk} ${code}`);
  expect(parked.sort()).toEqual(['ORDER#a DECLARATION_WRONG', 'ORDER#b DECLARATION_WRONG']);
  const stored = (id: string) => decodeAttributes(table.item({ pk: `SHOP#${id}`, sk: 'STATS' }) ?? {}).cents;
  expect([stored('s1'), stored('s2'), stored('s3')]).toEqual([undefined, undefined, 15]);
});

test('of a batch, the item alone is parked whose feed adds what is no number: its group goes on with the others', async () => {
  const table = new MemoryTable(byText.table, new TurnedClock());
  const state = memoryState();
  const lineage = new Lineage(memoryStreamSource(table.stream));
  const processor = statisticsProcessor(byText, { table, state, lineage, log: silentLog });
  await processor.process([
    at(1, 'a', 's1', '5', byText),
    at(2, 'b', 's1', '12,50', byText),
    at(3, 'c', 's1', '7', byText),
  ]);
  const parked: string[] = [];
  for await (const { key, code, reason } of listParked(state, 'statistics')) parked.push(`${key.pk} ${code} ${reason}`);
  expect(parked).toEqual([
    expect.stringMatching(/^ORDER#b ITEM_MALFORMED .*of 'shop': a (sum|mean) got what is no number/),
  ]);
  expect(decodeAttributes(table.item({ pk: 'SHOP#s1', sk: 'STATS' }) ?? {})).toMatchObject({ cents: 12, mean: 6 });
});

test('a change on which an event or a retention rule throws is in the journal all the same', () => {
  const plan = planArchive(system, { stage: 'test', table: 'orders' }, [at(1, 'a', 's1', 1)]);
  expect([...(plan.journal[0]?.lines ?? [])]).toHaveLength(1);
  expect([plan.events, plan.due]).toEqual([[], []]);
});

test('what throws is told by its name: the event, or the feed', () => {
  const change = at(1, 'a', 's1', 1);
  expect(() => deriveEvents(system, { stage: 'test', table: 'orders' }, change)).toThrow(
    "ORDER#a/ORDER: 'data' of Tagged throws TypeError",
  );
  const feeding = statistic('tags', {
    key: 'TAGS#{shop} / STATS',
    measures: { tags: sum() },
    feeds: (from) => [from(order, (o) => [{ into: { shop: o.shop }, add: { tags: (o.tags as string[]).length } }])],
  });
  const { table } = byText;
  const tags = defineSystem({
    name: 'tags',
    table,
    entities: [order],
    statistics: [feeding],
    events: [],
    retention: [],
  });
  const [outlet] = tags.outletsOf(order);
  expect(() => outlet?.shares({ id: 'a', shop: 's1', cents: 1 })).toThrow(
    "the feed of 'tags' from 'order' throws TypeError",
  );
});
