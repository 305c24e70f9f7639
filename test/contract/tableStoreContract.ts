import type { Attributes } from '../../shared/model/attribute.ts';
import { type Key, keyId } from '../../shared/model/keys.ts';
import type { StreamSource } from '../../shared/ports/streamSource.ts';
import type { Backfilling, Copy, ItemWriter, Marking, TableStore } from '../../shared/ports/tableStore.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { versionItem } from '../support/given/reviewerItems.ts';
import { gather, readAll } from './reading.ts';

interface Made {
  readonly table: TableStore & ItemWriter;
  readonly source: StreamSource;
}

const at = (item: Attributes): Key => keyOf(reviewer.table, item);
const owned = (revision: number, reads: number): Attributes => ({
  PK: { S: 'STACK#network' },
  SK: { S: 'STATS' },
  reads: { N: String(reads) },
  afterwrite: { M: { revision: { N: String(revision) } } },
});
const KEY = at(owned(1, 0));
const many = (count: number, fields: (i: number) => Attributes = () => ({})): Attributes[] =>
  Array.from({ length: count }, (_, i) => ({ ...versionItem({ reviewId: `r${i}` }), ...fields(i) }));

const copyOf = (item: Attributes): Copy => ({
  key: at(item),
  attributes: item,
  lacks: ['riskScore', 'expiresAt'].filter((name) => item[name] === undefined),
  hash: 'h1',
});
const marking = (item: Attributes): Marking => ({ copy: copyOf(item), leaving: 'b1', head: true });
const MARK = { M: { leaving: { S: 'b1' }, head: { BOOL: true }, copy: { S: 'h1' } } };
const backfilling = (item: Attributes, more: Partial<Backfilling> = {}): Backfilling => ({
  key: at(item),
  attributes: item,
  lacks: ['riskScore', 'GSI4PK', 'GSI4SK'],
  added: { GSI4PK: { S: 'pending#1' }, GSI4SK: { S: '2026' } },
  hash: 'h2',
  isMarked: false,
  ...more,
});
const without = (name: string, { [name]: _, ...rest }: Attributes): Attributes => rest as Attributes;
const ALL_TYPES: Attributes = {
  text: { S: '' },
  number: { N: '12345678901234567890123456789012345678' },
  small: { N: '0.00000001' },
  bytes: { B: new Uint8Array([0, 255]) },
  yes: { BOOL: true },
  nothing: { NULL: true },
  list: { L: [{ S: 'a' }, { M: { deep: { N: '1' } } }, { L: [] }] },
  map: { M: {} },
  texts: { SS: ['b', 'a'] },
  numbers: { NS: ['2', '1'] },
  manyBytes: { BS: [new Uint8Array([2]), new Uint8Array([1])] },
};

/** What every TableStore does, whatever it stands on. */
export function tableStoreContract(make: () => Promise<Made>): void {
  let table: TableStore & ItemWriter;
  let source: StreamSource;
  beforeEach(async () => {
    ({ table, source } = await make());
  });

  test('any number of keys is read, each item once, what is not there is absent', async () => {
    const items = many(130);
    await table.putIfAbsent(items);
    const keys = items.map(at);
    const found = await table.read([...keys, ...keys, { pk: 'REVIEW#none', sk: 'VERSION#1' }]);
    expect(found.size).toBe(130);
    expect(found.get(keyId(at(items[7] as Attributes)))).toEqual(items[7]);
    expect(await table.read([])).toEqual(new Map());
  });

  test('an item is replaced by who knows its revision, and by nobody else', async () => {
    const replace = async (revision: number, item: Attributes) => table.replace([{ key: KEY, item, revision }]);
    expect(await replace(1, owned(2, 9))).toEqual(['conflict']);
    expect(await replace(0, owned(1, 1))).toEqual(['written']);
    expect(await replace(0, owned(1, 2))).toEqual(['conflict']);
    expect(await replace(1, owned(2, 3))).toEqual(['written']);
    expect(await replace(1, owned(2, 4))).toEqual(['conflict']);
    expect((await table.read([KEY])).get(keyId(KEY))).toEqual(owned(2, 3));
  });

  test('a replacement replaces the whole item', async () => {
    await table.replace([{ key: KEY, item: { ...owned(1, 1), extra: { S: 'x' } }, revision: 0 }]);
    await table.replace([{ key: KEY, item: owned(2, 1), revision: 1 }]);
    expect((await table.read([KEY])).get(keyId(KEY))).toEqual(owned(2, 1));
  });

  test('outcomes come in the order asked, and one conflict keeps nothing else back', async () => {
    const item = (i: number): Attributes => ({ ...owned(1, i), PK: { S: `STACK#${i}` } });
    const asked = Array.from({ length: 40 }, (_, i) => ({
      key: at(item(i)),
      item: item(i),
      revision: i % 3 === 0 ? 5 : 0,
    }));
    expect(await table.replace(asked)).toEqual(asked.map((_, i) => (i % 3 === 0 ? 'conflict' : 'written')));
    expect((await table.read(asked.map(({ key }) => key))).size).toBe(26);
  });

  test('many are replaced whole, in an index or not, whatever their attributes are called; a stale one stays', async () => {
    const names = ['size', "it's", 'a "b"', 'with space', 'ünï'];
    const extra = Object.fromEntries(names.map((name) => [name, { L: [{ S: name }, { M: { n: { N: '1.5' } } }] }]));
    const key = (i: number) => ({ pk: `STACK#${i}`, sk: 'STATS' });
    const item = (revision: number, i: number, more: Attributes): Attributes => ({
      ...owned(revision, i),
      PK: { S: `STACK#${i}` },
      ...(i % 4 === 0 && { GSI4PK: { S: 'pending#1' }, GSI4SK: { S: '2026' } }),
      ...more,
    });
    const all = Array.from({ length: 60 }, (_, i) => i);
    const first = all.map((i) => ({ key: key(i), item: item(1, i, extra), revision: 0 }));
    expect(new Set(await table.replace(first))).toEqual(new Set(['written']));
    const revision = (i: number): number => (i % 7 === 3 ? 9 : 1);
    const second = all.map((i) => ({ key: key(i), item: item(2, i, {}), revision: revision(i), dropped: names }));
    expect(await table.replace(second)).toEqual(all.map((i) => (revision(i) === 9 ? 'conflict' : 'written')));
    const found = await table.read(all.map(key));
    for (const i of all)
      expect(found.get(keyId(key(i)))).toEqual(revision(i) === 9 ? item(1, i, extra) : item(2, i, {}));
  });

  test('what is there is not put again', async () => {
    const [first, second] = [versionItem({ createdBy: 'first' }), versionItem({ createdBy: 'second' })];
    expect(await table.putIfAbsent([first])).toEqual(['written']);
    expect(await table.putIfAbsent([second, versionItem({ reviewId: 'r2' })])).toEqual(['present', 'written']);
    expect((await table.read([at(first)])).get(keyId(at(first)))).toEqual(first);
  });

  test("a user's writes of one item follow each other, whatever is there; what the table can't hold is refused", async () => {
    const of = (createdBy: string, reviewId = 'r1'): Attributes => versionItem({ reviewId, createdBy });
    const misfit = { ...of('c', 'r3'), GSI3PK: { S: 'security' }, GSI3SK: { S: 'no number' } };
    const [gone, never] = [at(of('b', 'r2')), at(of('b', 'none'))];
    const writes = [{ put: of('a') }, { put: of('a', 'r2') }, { put: misfit }, { put: of('b') }, { remove: gone }];
    expect(await table.write([...writes, { remove: never }])).toEqual([
      'written',
      'written',
      'refused',
      'written',
      'written',
      'written',
    ]);
    expect(await gather(table.scan())).toEqual([of('b')]);
    const told = (await readAll(source)).map((record) => [record.old, record.new]);
    const ofItem = (id: string) =>
      told.filter(([old, now]) => JSON.stringify((now ?? old)?.reviewId) === `{"S":"${id}"}`);
    expect(ofItem('r1')).toEqual([
      [undefined, of('a')],
      [of('a'), of('b')],
    ]);
    expect(ofItem('r2')).toEqual([
      [undefined, of('a', 'r2')],
      [of('a', 'r2'), undefined],
    ]);
  });

  test('a field is set where the item is as its copy, and nowhere else; its mark stays', async () => {
    const [item, other, none] = [versionItem({ reviewId: 'r1' }), versionItem({ reviewId: 'r2' }), versionItem()];
    await table.putIfAbsent([item, other]);
    await table.mark([marking(item)]);
    const value = { S: 'late' };
    const filling = (of: Attributes) => ({ copy: copyOf(of), field: 'error', value });
    const changed = { ...filling(other), copy: copyOf({ ...other, stackId: { S: 'elsewhere' } }) };
    expect(await table.fill([filling(item), changed, filling({ ...none, PK: { S: 'REVIEW#none' } })])).toEqual([
      true,
      false,
      false,
    ]);
    expect((await table.read([at(item)])).get(keyId(at(item)))).toEqual({ ...item, error: value, afterwrite: MARK });
    // By then it is another item than the copy.
    expect(await table.fill([{ ...filling(item), copy: { ...copyOf(item), lacks: ['error'] } }])).toEqual([false]);
  });

  test('what an item lacks is added where it is as it was read; a mark that is there keeps what it holds', async () => {
    const [item, other] = [versionItem({ reviewId: 'r1' }), versionItem({ reviewId: 'r2' })];
    const restored = { ...versionItem({ reviewId: 'r3' }), afterwrite: { M: { restored: { S: 'b1' } } } };
    await table.putIfAbsent([item, other, restored]);
    const { added } = backfilling(item);
    const changed = backfilling({ ...other, stackId: { S: 'elsewhere' } });
    const gone = backfilling(versionItem({ reviewId: 'none' }));
    const all = [backfilling(item), changed, gone, backfilling(restored, { isMarked: true })];
    expect(await table.backfill(all)).toEqual(['written', 'conflict', 'conflict', 'written']);
    const found = await gather(table.scan());
    const told = { backfilled: { S: 'h2' } };
    expect(found).toHaveLength(3);
    expect(found).toContainEqual({ ...item, ...added, afterwrite: { M: told } });
    expect(found).toContainEqual({ ...restored, ...added, afterwrite: { M: { restored: { S: 'b1' }, ...told } } });
    // What is there now is not written over, whatever the mark was.
    expect(await table.backfill([backfilling(item), backfilling(item, { isMarked: true })])).toEqual([
      'conflict',
      'conflict',
    ]);
  });

  test('nothing is added to what leaves, to what was marked since, and to what the table can not hold with it', async () => {
    const [leaving, other] = [versionItem({ reviewId: 'r1' }), versionItem({ reviewId: 'r2' })];
    await table.putIfAbsent([leaving, other]);
    await table.mark([marking(leaving)]);
    const misfit = { GSI3PK: { S: 'security' }, GSI3SK: { S: 'no number' } };
    const all = [backfilling(leaving), backfilling(leaving, { isMarked: true }), backfilling(other, { added: misfit })];
    expect(await table.backfill(all)).toEqual(['conflict', 'conflict', 'refused']);
    const found = await gather(table.scan());
    expect(found).toHaveLength(2);
    expect(found).toContainEqual({ ...leaving, afterwrite: MARK });
    expect(found).toContainEqual(other);
  });

  test('a scan is gone on with behind any item, also one that is gone: each of the others comes once, in the same order', async () => {
    await table.putIfAbsent(many(10, (i) => ({ path: { S: 'x'.repeat(i < 5 ? 300_000 : 10) } })));
    const behind = async (after?: Key): Promise<Key[]> => (await gather(table.pages(after))).flat().map(at);
    const all = await behind();
    expect(all).toHaveLength(10);
    expect(await gather(table.pages(all[9]))).toEqual([]);
    for (const [place, key] of all.entries()) {
      expect(await behind(key)).toEqual(all.slice(place + 1));
      const [item] = (await table.read([key])).values();
      await table.write([{ remove: key }]);
      expect(await behind(key)).toEqual(all.slice(place + 1));
      await table.write([{ put: item as Attributes }]);
    }
  });

  test('what exists is marked and leaves by the bundle of its mark; what does not exist stays away', async () => {
    const [item, none] = [versionItem(), versionItem({ reviewId: 'none' })];
    await table.putIfAbsent([item]);
    expect(await table.mark([marking(none), marking(item)])).toEqual([false, true]);
    expect((await table.read([at(none), at(item)])).get(keyId(at(item)))).toEqual({ ...item, afterwrite: MARK });
    expect(await table.removeMarked([copyOf(item)], 'b2')).toEqual([false]);
    expect(await table.removeMarked([copyOf(none), copyOf(item)], 'b1')).toEqual([false, true]);
    expect((await table.read([at(item)])).size).toBe(0);
  });

  test('a mark is taken off again, with nothing else; an item that has none is left alone', async () => {
    const [item, other, none] = [versionItem(), versionItem({ version: 2 }), versionItem({ reviewId: 'none' })];
    await table.putIfAbsent([item, other]);
    await table.mark([marking(item)]);
    expect(await table.unmark([item, other, none].map(at))).toEqual([true, false, false]);
    expect(await gather(table.partition('REVIEW#r1'))).toEqual([item, other]);
  });

  test('an item without a mark does not leave', async () => {
    await table.putIfAbsent([versionItem()]);
    expect(await table.removeMarked([copyOf(versionItem())], 'b1')).toEqual([false]);
  });

  test('an item of whatever types is as its copy: it is marked, marked again, and leaves', async () => {
    const item = { ...versionItem(), ...ALL_TYPES };
    await table.putIfAbsent([item]);
    const [stored] = await gather(table.partition('REVIEW#r1'));
    const copy = copyOf(stored ?? {});
    expect(await table.mark([{ copy, leaving: 'b0', head: false }])).toEqual([true]);
    expect(await table.mark([{ copy, leaving: 'b1', head: false }])).toEqual([true]);
    expect(await table.removeMarked([copy], 'b1')).toEqual([true]);
  });

  test.each([
    ['another value', versionItem({ createdBy: 'u-2' })],
    ['what it lacked', versionItem({ riskScore: 7 })],
    ['an attribute less', without('createdBy', versionItem())],
  ])('an item that has %s is not as its copy: it is not marked, and does not leave although it is', async (_, item) => {
    await table.putIfAbsent([item]);
    const copy = copyOf(versionItem());
    expect(await table.mark([{ copy, leaving: 'b1', head: true }])).toEqual([false]);
    expect(await table.mark([marking(item)])).toEqual([true]);
    expect(await table.removeMarked([copy], 'b1')).toEqual([false]);
    expect(await gather(table.scan())).toEqual([{ ...item, afterwrite: MARK }]);
  });

  test('an item with a hundred attributes is compared whole, and so is one that lacks as many', async () => {
    const wide = {
      ...versionItem(),
      ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`a${i}`, { N: `${i}` }])),
    };
    await table.putIfAbsent([wide]);
    const narrow = versionItem({ reviewId: 'r2' });
    const lacking = { ...copyOf(narrow), lacks: Array.from({ length: 110 }, (_, i) => `lacking${i}`) };
    await table.putIfAbsent([narrow]);
    for (const copy of [copyOf(wide), lacking]) {
      expect(await table.mark([{ copy, leaving: 'b1', head: false }])).toEqual([true]);
      expect(await table.removeMarked([copy], 'b1')).toEqual([true]);
    }
  });

  test('what has expired is found and removed, what has not, or never does, stays', async () => {
    const now = 1_000_500;
    const items = many(3, (i) => (i === 2 ? {} : { expiresAt: { N: String(1000 + i) } }));
    await table.putIfAbsent(items);
    expect(await gather(table.expired(now))).toEqual([items[0]]);
    expect(await table.removeExpired(items.map(at), now)).toEqual([true, false, false]);
    expect((await table.read(items.map(at))).size).toBe(2);
    const [last] = (await readAll(source)).slice(-1);
    expect(last?.new).toBeUndefined();
    expect(last?.old).toEqual({ ...items[0], afterwrite: { M: { expired: { N: '1000' } } } });
  });

  test('what the table can not hold is refused, and keeps nothing else back', async () => {
    const misfit = { ...versionItem(), GSI3PK: { S: 'security' }, GSI3SK: { S: 'no number' } };
    expect(await table.putIfAbsent([misfit, versionItem({ reviewId: 'r2' })])).toEqual(['refused', 'written']);
    expect((await table.read([at(misfit)])).size).toBe(0);
  });

  test('a partition is read by itself, and a scan reads all', async () => {
    const items = [1, 2, 3].map((version) => versionItem({ version }));
    await table.putIfAbsent([...items, versionItem({ reviewId: 'r2' })]);
    expect(await gather(table.partition('REVIEW#r1'))).toEqual(items);
    expect(await gather(table.scan())).toHaveLength(4);
  });

  test('an index gives its greatest first, numbers as numbers, and no more than asked', async () => {
    const items = many(4, (i) => ({ GSI3PK: { S: i === 3 ? 'cost' : 'security' }, GSI3SK: { N: String(9 + i) } }));
    await table.putIfAbsent([...items, { ...versionItem({ reviewId: 'r9' }), GSI3PK: { S: 'security' } }]);
    expect(await table.queryIndex('GSI3', 'security', 2)).toEqual([items[2], items[1]]);
    expect(await table.queryIndex('GSI3', 'none', 2)).toEqual([]);
  });

  test('every write that changes something tells of it, with both images; one that changes nothing does not', async () => {
    const replaced = { ...owned(1, 1), afterwrite: { M: { revision: { N: '1' } } } };
    await table.replace([{ key: KEY, item: owned(1, 1), revision: 0 }]);
    await table.replace([{ key: KEY, item: replaced, revision: 1 }]);
    await table.replace([{ key: KEY, item: owned(2, 2), revision: 1 }]);
    await table.mark([{ ...marking(owned(2, 2)), head: false }]);
    await table.removeMarked([copyOf(owned(2, 2))], 'b1');
    const records = await readAll(source);
    const marked = { ...owned(2, 2), afterwrite: { M: { ...MARK.M, head: { BOOL: false } } } };
    expect(records.map((record) => [record.old, record.new])).toEqual([
      [undefined, owned(1, 1)],
      [owned(1, 1), owned(2, 2)],
      [owned(2, 2), marked],
      [marked, undefined],
    ]);
    expect(records[0]?.keys).toEqual({ PK: { S: 'STACK#network' }, SK: { S: 'STATS' } });
    expect(records.map(({ byTtl }) => byTtl)).toEqual([false, false, false, false]);
  });
}
