import fc from 'fast-check';
import { type Attributes, encodeAttributes } from '../../shared/model/attribute.ts';
import type { Key } from '../../shared/model/keys.ts';
import { ITEM_KEY, tablesAsOne } from '../../shared/model/tables.ts';
import type { Backfilling, ItemWrite } from '../../shared/ports/tableStore.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { streamsAsOne } from '../../shared/stream/streamsAsOne.ts';
import { storesAsOne } from '../../shared/stream/tablesAsOne.ts';
import { memoryStreamSource } from '../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../support/memory/memoryTable.ts';
import { TurnedClock } from '../support/memory/turnedClock.ts';

/*
 * Whatever is done to several tables behind the ports of one has the same answers, and leaves the same items and the same
 * records, as if it were one table.
 */

const declared = tablesAsOne((stage) => `shop-${stage}`, {
  customers: { name: (stage) => `customers-${stage}`, partitionKey: 'customer_id', ttl: 'expires' },
  orders: {
    name: (stage) => `orders-${stage}`,
    partitionKey: 'id',
    indexes: [{ name: 'by-customer', partition: 'customer_id', sort: 'at' }],
  },
  counts: { name: (stage) => `counts-${stage}`, partitionKey: 'group' },
});

const OWN: Readonly<Record<string, string>> = { customers: 'customer_id', orders: 'id', counts: 'group' };
const id = fc.constantFrom('1', '2', 'a#b', 'orders#1');
const key = fc.record({ table: fc.constantFrom('customers', 'orders', 'counts'), id });
type Named = { table: string; id: string };
const keyFor = ({ table, id: own }: Named): Key => ({ pk: `${table}#${own}` });

/** Of a user, with its own key; or one of afterwrite's, which has only the key of all. */
const itemFor = ({ table, id: own }: Named, value: number): Attributes =>
  encodeAttributes(
    table === 'counts'
      ? { [ITEM_KEY]: `${table}#${own}`, value, afterwrite: { statistic: 'count', revision: 1 } }
      : {
          [ITEM_KEY]: `${table}#${own}`,
          [OWN[table] as string]: own,
          value,
          at: `2026-0${value}`,
          ...(table === 'orders' ? { customer_id: 'c' } : { expires: value * 1_000 }),
        },
  );

const copyOf = (item: Attributes) => ({ key: keyOf(declared, item), attributes: item, lacks: ['none'], hash: 'h' });

const backfillingOf = (item: Attributes): Backfilling => ({
  key: keyOf(declared, item),
  attributes: { value: item.value as Attributes[string] },
  lacks: ['added'],
  added: { added: { S: 'a' } },
  hash: 'h',
  isMarked: false,
});

type Act = {
  readonly on: Named;
  readonly value: number;
  readonly does: 'put' | 'remove' | 'absent' | 'replace' | 'mark' | 'leave' | 'unmark' | 'expire' | 'fill' | 'backfill';
};
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.record({
    on: key,
    value: fc.integer({ min: 1, max: 3 }),
    does: fc.constantFrom(
      'put',
      'put',
      'remove',
      'absent',
      'replace',
      'mark',
      'leave',
      'unmark',
      'expire',
      'fill',
      'backfill',
    ),
  }),
  { maxLength: 40 },
);

type Store = ReturnType<typeof storesAsOne>;

/** The same act for several items at once, so that answers may come in a wrong order. */
async function act(store: Store, { on, value, does }: Act): Promise<unknown> {
  // No aggregate leaves, or has a deadline.
  const isOfUser = ['mark', 'leave', 'unmark', 'fill', 'backfill'].includes(does);
  const all = [on, { ...on, table: 'orders' }, { ...on, table: 'customers' }].filter(
    ({ table }) => !isOfUser || table !== 'counts',
  );
  const items = all.map((one) => itemFor(one, value));
  const keys = all.map(keyFor);
  const writes: ItemWrite[] = does === 'remove' ? keys.map((remove) => ({ remove })) : items.map((put) => ({ put }));
  if (does === 'put' || does === 'remove') return store.write(writes);
  if (does === 'absent') return store.putIfAbsent(items);
  if (does === 'replace')
    return store.replace(items.map((item, i) => ({ key: keys[i] as Key, item, revision: i % 2 })));
  if (does === 'mark') return store.mark(items.map((item) => ({ copy: copyOf(item), leaving: 'b', head: true })));
  if (does === 'leave') return store.removeMarked(items.map(copyOf), 'b');
  if (does === 'unmark') return store.unmark(keys);
  if (does === 'fill')
    return store.fill(items.map((item) => ({ copy: copyOf(item), field: 'none', value: { S: 'set' } })));
  if (does === 'backfill') return store.backfill(items.map(backfillingOf));
  return store.removeExpired([keyFor({ ...on, table: 'customers' })], value * 1_000_000);
}

const byText = (a: Key, b: Key): number => (a.pk < b.pk ? -1 : 1);

async function gathered(items: AsyncIterable<Attributes>): Promise<string[]> {
  const found: string[] = [];
  for await (const item of items) found.push(JSON.stringify(Object.entries(item).sort()));
  return found.sort();
}

function several(clock: TurnedClock) {
  const parts = declared.parts.map(({ name, table }) => [name, new MemoryTable(table, clock)] as const);
  const sources = parts.map(([name, table]) => [name, memoryStreamSource(table.stream)] as const);
  return {
    tables: new Map(parts),
    store: storesAsOne(declared, new Map(parts)),
    source: streamsAsOne(declared, new Map(sources)),
  };
}

test('several tables answer, hold and tell what one would', async () => {
  await fc.assert(
    fc.asyncProperty(acts, async (all) => {
      const clock = new TurnedClock();
      const one = new MemoryTable(declared, clock);
      const { store, source } = several(clock);
      for (const each of all) expect(await act(store, each)).toEqual(await act(one, each));
      expect(await gathered(store.scan())).toEqual(await gathered(one.scan()));
      expect(await gathered(store.expired(2_000_000))).toEqual(await gathered(one.expired(2_000_000)));
      const keys = all.map(({ on }) => keyFor(on));
      expect(new Map([...(await store.read(keys))].sort())).toEqual(new Map([...(await one.read(keys))].sort()));
      for (const { pk } of keys) expect(await gathered(store.partition(pk))).toEqual(await gathered(one.partition(pk)));
      const inIndex = async (from: Store | MemoryTable) => (await from.queryIndex('by-customer', 'c', 10)).length;
      expect(await inIndex(store)).toBe(await inIndex(one));
      const pages = async (from: Store | MemoryTable, after?: Key): Promise<Key[]> => {
        const found: Key[] = [];
        for await (const page of from.pages(after)) found.push(...page.map((item) => keyOf(declared, item)));
        return found;
      };
      const order = await pages(store);
      expect([...order].sort(byText)).toEqual([...(await pages(one))].sort(byText));
      for (const [place, after] of order.entries()) expect(await pages(store, after)).toEqual(order.slice(place + 1));
      const told = (records: readonly { keys: Attributes; old: unknown; new: unknown }[]) =>
        records.map((record) => [record.keys, record.old, record.new]);
      const byTable = (name: string) =>
        told(one.stream.records.filter(({ keys: own }) => keyOf(declared, own).pk.startsWith(`${name}#`)));
      for (const { id: shard } of await source.shards()) {
        const { records } = await source.read(await source.open(shard, undefined));
        expect(told(records)).toEqual(byTable(shard.split('/')[0] ?? ''));
      }
    }),
    { numRuns: 60 },
  );
});

test("no table holds the key of all; an aggregate is held under its own table's key", async () => {
  const { store, tables } = several(new TurnedClock());
  await store.putIfAbsent([itemFor({ table: 'counts', id: 'x' }, 1), itemFor({ table: 'orders', id: 'o' }, 1)]);
  expect(tables.get('counts')?.items).toEqual([expect.objectContaining({ group: { S: 'x' } })]);
  for (const table of tables.values()) for (const item of table.items) expect(item).not.toHaveProperty(ITEM_KEY);
});

test.each([
  ['no table', {}, /there is none/],
  ['a name that a key could not tell', { 'a#b': { name: (): string => 'x', partitionKey: 'id' } }, /that is no name/],
  [
    'tables of two sort keys',
    {
      a: { name: (): string => 'a', partitionKey: 'id' },
      b: { name: (): string => 'b', partitionKey: 'id', sortKey: 'sk' },
    },
    /one sort key, or none/,
  ],
  [
    'two expiries',
    {
      a: { name: (): string => 'a', partitionKey: 'id', ttl: 'x' },
      b: { name: (): string => 'b', partitionKey: 'id', ttl: 'y' },
    },
    /it is 'y', and 'x' elsewhere/,
  ],
] as const)('%s: refused, with the path and the mend', (_, tables, message) => {
  expect(() => tablesAsOne(() => 'all', tables)).toThrow(message);
});
