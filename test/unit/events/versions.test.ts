import { z } from 'zod';
import { deriveEvents } from '../../../events/derive.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { fanoutProcessor } from '../../../processors/fanout/handler.ts';
import { archivedEvents } from '../../../processors/replay/events.ts';
import { datasetPrefix } from '../../../shared/archive/layout.ts';
import { readLines } from '../../../shared/archive/lines.ts';
import { event, inserted } from '../../../shared/model/event.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { type Order, orderChange, orderEntity, orderSystem } from '../../support/given/orders.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { MemoryBus } from '../../support/memory/memoryBus.ts';
import { memoryState } from '../../support/memory/memoryState.ts';

const order = orderEntity();
const whenNew = inserted(order, () => true);
const rule = <Data>(version: number, schema: z.ZodType<Data>, data: (o: Order) => Data, when = whenNew) =>
  event('OrderPlaced', {
    version,
    since: '0.1.0',
    description: 'An order came to be.',
    when,
    schema,
    data: data as never,
    example: data({ orderId: 'o1', shop: 's1' }) as never,
  });
const first = rule(1, z.object({ shop: z.string() }), (o) => ({ shop: o.shop }));
const second = rule(2, z.object({ shop: z.object({ name: z.string() }) }), (o) => ({ shop: { name: o.shop } }));
const system = orderSystem(order, [first, second]);
const names = namesOf(system, 'test');
const origin = { stage: 'test', table: names.table };
const change = orderChange(system, undefined, {});

test('two versions tell one happening: one id, each with data of its own', () => {
  const [one, two, ...more] = deriveEvents(system, origin, change);
  expect(more).toEqual([]);
  expect([one?.data, two?.data]).toEqual([{ shop: 's1' }, { shop: { name: 's1' } }]);
  expect([one?.metadata.version, two?.metadata.version]).toEqual([1, 2]);
  expect(one?.metadata.id).toBe(two?.metadata.id);
  expect(deriveEvents(orderSystem(order, [first]), origin, change)).toEqual([one]);
});

test('both are published, in order, and both are archived, once', async () => {
  const [bus, archive, state] = [new MemoryBus(), new MemoryArchive(), memoryState()];
  await fanoutProcessor(system, origin, { bus, state, log: silentLog }).process([change]);
  expect(bus.taken.map(({ detail }) => JSON.parse(detail).metadata.version)).toEqual([1, 2]);
  const processor = archiveProcessor(system, names, { archive, state });
  await processor.process([change]);
  await processor.process([change, orderChange(system, {}, { by: 'u' }, '101')]);
  for await (const { key } of archive.list(datasetPrefix(system, names, 'events')))
    expect(await readLines(archive, key)).toHaveLength(2);
  const versions: number[] = [];
  for await (const { metadata } of archivedEvents(system, names, archive, {})) versions.push(metadata.version);
  expect(versions).toEqual([1, 2]);
});

test('a version that is declared twice, and versions that tell different things, are refused', () => {
  const twice = () => orderSystem(order, [first, rule(1, z.object({}), () => ({}))]);
  expect(twice).toThrow('events.OrderPlaced: version 1 is declared twice');
  const apart = () =>
    orderSystem(order, [
      first,
      rule(
        2,
        z.object({}),
        () => ({}),
        inserted(order, () => true),
      ),
    ]);
  expect(apart).toThrow('events.OrderPlaced: versions 1 and 2 have conditions of their own');
});

test.each<[string, object, string]>([
  ['a version that is none', { version: 0 }, 'events.OrderPlaced.version: 0 is none'],
  ['no version of the package', { since: 'soon' }, "events.OrderPlaced.since: 'soon' is no version"],
  ['no day', { until: '2026-02-30' }, "events.OrderPlaced.until: '2026-02-30' is no day"],
  ['an example that does not fit', { example: { shop: 1 } }, 'events.OrderPlaced.example: shop do not fit the schema'],
  ['data that JSON can not hold', { schema: z.object({ shop: z.date() }) }, 'events.OrderPlaced.schema: Date'],
])('%s is refused when the file is loaded', (_, change, message) => {
  const declaration = {
    version: 1,
    since: '0.1.0',
    description: 'x',
    when: whenNew,
    schema: z.object({ shop: z.string() }),
    data: (o: Order) => ({ shop: o.shop }),
    example: { shop: 's1' },
  };
  const declare = () => orderSystem(order, [event('OrderPlaced', { ...declaration, ...change } as typeof declaration)]);
  expect(declare).toThrow(message);
});
