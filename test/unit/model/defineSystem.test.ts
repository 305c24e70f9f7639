import { z } from 'zod';
import { entity } from '../../../shared/model/entity.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { event, inserted } from '../../../shared/model/event.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { histogram } from '../../../shared/model/measures/histogram.ts';
import { sum } from '../../../shared/model/measures/sum.ts';
import { collection } from '../../../shared/model/retention.ts';
import { type Statistic, statistic } from '../../../shared/model/statistic.ts';
import { defineSystem, type SystemDeclaration } from '../../../shared/model/system.ts';

/** A shop with orders, declared rightly; each test breaks one thing of it. */
const order = entity('order', {
  key: 'ORDER#{orderId} / ORDER',
  schema: z.object({ orderId: z.string(), shop: z.string(), price: z.number() }),
  example: { orderId: 'o1', shop: 's1', price: 7 },
});
const shop = statistic('shop', {
  key: 'SHOP#{shop} / STATS',
  measures: { orders: count() },
  feeds: (from) => [from(order, (o) => [{ into: { shop: o.shop }, add: { orders: 1 } }])],
});
const table = { name: () => 'orders', partitionKey: 'PK', sortKey: 'SK' };
const define = (parts: Partial<SystemDeclaration>) => () =>
  defineSystem({ name: 'shop', table, entities: [order], statistics: [shop], events: [], retention: [], ...parts });

function errorOf(run: () => unknown): { path: string; message: string; mend: string } {
  try {
    run();
  } catch (error) {
    if (!(error instanceof AfterwriteError) || error.code !== 'DECLARATION_WRONG') throw error;
    return { path: error.message.slice(0, error.message.indexOf(':')), message: error.message, mend: error.mend };
  }
  throw new Error('the declaration was taken');
}

test('the right declaration is taken, and knows what is what', () => {
  const system = define({})();
  expect(system.sourceOf({ pk: 'ORDER#1', sk: 'ORDER' })).toBe(order);
  expect(system.sourceOf({ pk: 'SHOP#1', sk: 'STATS' })).toBe(shop);
  expect(system.sourceOf({ pk: 'ORDER#1' })).toBeUndefined();
});

test('two entities that match one key: told with both, and how to part them', () => {
  const rival = entity('note', {
    key: 'ORDER#{orderId} / {what}',
    schema: z.object({ orderId: z.string(), what: z.string() }),
    example: { orderId: 'o', what: 'w' },
  });
  const { path, message, mend } = errorOf(define({ entities: [order, rival] }));
  expect(path).toBe('entities.note.key');
  expect(message).toContain(
    "'ORDER#{orderId} / {what}' and 'ORDER#{orderId} / ORDER' of entities.order can match one key",
  );
  expect(mend).toContain('literal');
});

test('statistics that feed each other: told with the whole circle', () => {
  const feeds: unknown[] = [];
  const a = statistic('a', { key: 'A#{shop} / STATS', measures: { n: count() }, feeds: () => feeds as never });
  const b = statistic('b', {
    key: 'B#{shop} / STATS',
    measures: { n: count() },
    feeds: (from) => [from(a, () => [])],
  });
  feeds.push({ of: b, contribute: () => [] });
  const { path, message, mend } = errorOf(define({ statistics: [a, b] }));
  expect(path).toBe('statistics.a.feeds');
  expect(message).toContain('a -> b -> a');
  expect(mend).toBe('feed one of them from an entity');
});

const feeding = (contribute: (o: Record<string, unknown>) => unknown): Statistic<unknown> =>
  statistic('broken', {
    key: 'BROKEN#{shop} / STATS',
    measures: { orders: count(), price: histogram(0, 5) },
    feeds: (from) => [from(order, contribute as never)],
  }) as unknown as Statistic<unknown>;

test.each([
  [
    'a field that the entity lacks',
    (o: Record<string, unknown>) => [{ into: { shop: o.shopp }, add: {} }],
    'statistics.broken.feeds.order',
    "'shopp' is no field of 'order'",
    'orderId, shop, price',
  ],
  [
    'a measure that is not declared',
    () => [{ into: { shop: 's' }, add: { order: 1 } }],
    'statistics.broken.feeds.order',
    "'order' is no measure",
    'orders, price',
  ],
  [
    'a group without a placeholder of the key',
    () => [{ into: {}, add: { orders: 1 } }],
    'statistics.broken.feeds.order',
    "the group lacks 'shop'",
    'shop',
  ],
  [
    'an input that the measure does not take',
    (o: Record<string, unknown>) => [{ into: { shop: 's' }, add: { price: o.price } }],
    'statistics.broken.feeds.order.price',
    'fails on the example',
    'mend the function or the example',
  ],
  [
    'a function that throws',
    () => {
      throw new Error('boom');
    },
    'statistics.broken.feeds.order',
    'boom',
    'mend the function or the example',
  ],
])('a feed with %s', (_, contribute, path, what, mend) => {
  const error = errorOf(define({ statistics: [feeding(contribute)] }));
  expect(error.path).toBe(path);
  expect(error.message).toContain(what);
  expect(error.mend).toContain(mend);
});

test('an event that asks for a field that its source lacks', () => {
  const opened = event('Opened', {
    version: 1,
    since: '0.1.0',
    example: {},
    description: 'x',
    when: inserted(order, (o) => Reflect.get(o, 'state') === 'open'),
    schema: z.object({}),
    data: () => ({}),
  });
  const { path, message } = errorOf(define({ events: [opened] }));
  expect(path).toBe('events.Opened');
  expect(message).toContain("'state' is no field of 'order'");
});

test.each(['statistics', 'events', 'retention'] as const)('%s of a source that the system does not list', (part) => {
  const other = entity('other', { key: 'X#{x} / X', schema: z.object({ x: z.string() }), example: { x: '1' } });
  const parts: Partial<SystemDeclaration> = {
    statistics: [
      statistic('s', {
        key: 'S#{x} / STATS',
        measures: {},
        feeds: (from) => [from(other, () => [])],
      }) as unknown as Statistic<unknown>,
    ],
    events: [
      event('E', {
        version: 1,
        since: '0.1.0',
        example: {},
        description: 'x',
        when: inserted(other, () => true),
        schema: z.object({}),
        data: () => ({}),
      }),
    ],
    retention: [
      collection('c', {
        of: other,
        due: () => undefined,
        entities: [],
        partition: () => '',
        head: () => undefined,
        storageClass: 'STANDARD',
        lifeDays: 1,
      }),
    ],
  };
  const { path, message, mend } = errorOf(define({ [part]: parts[part] }));
  expect(path).toMatch(new RegExp(`^${part}\\.`));
  expect(message).toContain("'other' is not part of the system");
  expect(mend).toContain('entities or statistics');
});

test("a field with afterwrite's own name", () => {
  const taken = entity('taken', {
    key: 'T#{id} / T',
    schema: z.object({ id: z.string(), afterwrite: z.string() }),
    example: { id: '1', afterwrite: 'x' },
  });
  const { path, message, mend } = errorOf(define({ entities: [order, taken] }));
  expect(path).toBe('entities.taken');
  expect(message).toContain("'afterwrite' is reserved");
  expect(mend).toContain('differently');
});

test('a name that is taken twice', () => {
  const twin = entity('shop', { key: 'TWIN#{id} / T', schema: z.object({ id: z.string() }), example: { id: '1' } });
  expect(errorOf(define({ entities: [order, twin] })).message).toContain('the name is taken twice');
});

test('a key that does not fit the table', () => {
  const flat = entity('flat', { key: 'FLAT#{id}', schema: z.object({ id: z.string() }), example: { id: '1' } });
  const { path, mend } = errorOf(define({ entities: [order, flat] }));
  expect(path).toBe('entities.flat.key');
  expect(mend).toContain("'PK / SK'");
});

test('a feed that adds a text to a sum: told by measure and statistic, with what to write', () => {
  const adding = statistic('adding', {
    key: 'ADDING#{shop} / STATS',
    measures: { price: sum() },
    feeds: (from) => [from(order, (o) => [{ into: { shop: o.shop }, add: { price: String(o.price) as never } }])],
  });
  const { path, message } = errorOf(define({ statistics: [adding] }));
  expect(path).toBe('statistics.adding.feeds.order.price');
  expect(message).toContain('a sum got what is no number');
});

test.each([
  ['statistics', { statistics: undefined }, "it is no list -> write 'statistics: [ … ]'"],
  ['events', { events: {} }, 'it is no list'],
  ['entities[1]', { entities: [order, undefined] }, 'it is no entity -> make it by entity(…)'],
  ['table.name', { table: { ...table, name: 'orders' } }, 'it is no function'],
  ['name', { name: undefined }, 'it is none'],
  [
    'retention.old.storageClass',
    { retention: [{ ...aged(), storageClass: 'GLACIER_INSTANT' }] },
    'no such class -> take one of: STANDARD',
  ],
])('in plain JavaScript, %s of the wrong shape is told by its path', (where, parts, told) => {
  const { path, message, mend } = errorOf(define(parts as never));
  expect([path, `${message} -> ${mend}`]).toEqual([where, expect.stringContaining(told)]);
});

test('a measure without its parentheses is told as that', () => {
  const make = () => statistic('n', { key: 'N#{shop} / STATS', measures: { n: count as never }, feeds: () => [] });
  expect(errorOf(make)).toMatchObject({
    path: 'statistics.n.measures.n',
    mend: "write it with its parentheses: 'count()'",
  });
});

function aged() {
  return collection('old', {
    of: order,
    due: () => undefined,
    entities: [order],
    partition: (o) => `ORDER#${o.orderId}`,
    head: () => undefined,
    storageClass: 'STANDARD',
    lifeDays: 400,
  });
}
