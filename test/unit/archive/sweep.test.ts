import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { type Swept, sweep } from '../../../processors/archive/sweep.ts';
import { readBundles } from '../../../shared/archive/bundle.ts';
import { type Attributes, decodeAttributes } from '../../../shared/model/attribute.ts';
import { keyId } from '../../../shared/model/keys.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { DAY_MS } from '../../../shared/model/retention.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import type { TableStore } from '../../../shared/ports/tableStore.ts';
import { departuresOf } from '../../../shared/state/departures.ts';
import { decodeChange, keyOf } from '../../../shared/stream/change.ts';
import { readMark, withoutMark } from '../../../shared/stream/mark.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { readToTheEnd } from '../../support/given/reading.ts';
import { lives } from '../../support/given/review.ts';
import { statisticsOver } from '../../support/given/statistics.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const names = namesOf(reviewer, 'test');
const CLOSED = Date.parse('2026-02-03T08:00:00.000Z');
const DUE = CLOSED + 400 * DAY_MS;
const SOURCE = { pk: 'REVIEW#r1', sk: 'STATS' };
const ITEMS = [lives.pending, lives.completed, ...lives.findings, lives.fix];

const WRITTEN_ON = {
  ...lives.fix,
  SK: { S: 'VERSION#4' },
  version: { N: '4' },
  createdAt: { S: '2026-03-01T00:00:00.000Z' },
};

let clock: TurnedClock;
let table: MemoryTable;
let state: ReturnType<typeof memoryState>;
let archive: MemoryArchive;

beforeEach(async () => {
  clock = new TurnedClock();
  table = new MemoryTable(reviewer.table, clock);
  state = memoryState();
  archive = new MemoryArchive();
  for (const item of ITEMS) table.put(item);
  await readAll();
});

async function readAll(): Promise<void> {
  await readStatistics();
  const changes = table.stream.records.map((record) => decodeChange(reviewer, record, 'stream', 'shard'));
  await archiveProcessor(reviewer, names, { archive, state }).process(changes);
}

const readStatistics = (): Promise<void> =>
  readToTheEnd({
    source: memoryStreamSource(table.stream),
    state,
    processors: [statisticsOver(table, { state, source: memoryStreamSource(table.stream) })],
    clock,
  });
const sweeping = (now: number, parts: Partial<Parameters<typeof sweep>[0]> = {}): Promise<Swept> =>
  sweep({ system: reviewer, names, table, state, archive, log: silentLog, ...parts }, now);
const deletions = () => table.stream.records.filter((record) => record.new === undefined);
const left = (): Attributes[] => ITEMS.filter((item) => table.item(keyOf(reviewer.table, item)) !== undefined);

test('a closed review stays until its time has come', async () => {
  expect(await sweeping(DUE - 1)).toEqual({ collections: 0, items: 0, passed: 0, waiting: 0 });
  expect(left()).toHaveLength(5);
});

test('then all of it leaves: every version, every finding, as they were, into one proven bundle', async () => {
  expect(await sweeping(DUE)).toEqual({ collections: 1, items: 5, passed: 0, waiting: 0 });
  expect(left()).toEqual([]);
  const bundle = await readBundles(reviewer, names, archive, 'review', SOURCE);
  expect(bundle.size).toBe(5);
  for (const item of ITEMS) expect(bundle.get(keyId(keyOf(reviewer.table, item)))).toEqual(item);
});

test('children go first, the head last: its record speaks for the collection', async () => {
  await sweeping(DUE);
  expect(deletions()).toHaveLength(5);
  const heads = deletions().map(({ old }) => Reflect.get(decodeAttributes(old ?? {}).afterwrite as object, 'head'));
  expect(heads).toEqual([false, false, false, false, true]);
  expect(deletions()[4]?.keys.SK).toEqual({ S: 'VERSION#3' });
});

test('nothing is deleted while the copy is not proven, and the next sweep takes up where this one ended', async () => {
  const broken = { ...plain(archive), get: async () => new Uint8Array([1]) };
  expect(await sweeping(DUE, { archive: broken })).toEqual({ collections: 0, items: 0, passed: 0, waiting: 0 });
  expect(left()).toHaveLength(5);
  expect(await sweeping(DUE)).toEqual({ collections: 1, items: 5, passed: 0, waiting: 0 });
});

test('what was put again while it was leaving stays, and so does the head, until the next sweep takes both', async () => {
  const rewritten = { ...lives.pending, createdBy: { S: 'u-2' } };
  const writing = {
    ...plain(archive),
    get: async (key: string) => {
      table.put(rewritten);
      return archive.get(key);
    },
  };
  await sweeping(DUE, { archive: writing });
  expect(table.item(keyOf(reviewer.table, lives.pending))).toEqual(rewritten);
  expect(left()).toEqual([lives.pending, lives.fix]);
  expect(deletions().some(({ old }) => readMark(old)?.head)).toBe(false);
  await readAll();
  expect(await sweeping(DUE)).toEqual({ collections: 1, items: 2, passed: 0, waiting: 0 });
});

test('what was updated in the moment between mark and delete stays, though the update left the mark', async () => {
  const updated = (item: Attributes): Attributes => ({ ...item, riskScore: { N: '7' } });
  const updating = tableWith({
    mark: async (markings) => {
      const held = await table.mark(markings);
      const stored = table.item(keyOf(reviewer.table, lives.pending));
      if (stored) table.put(updated(stored));
      return held;
    },
  });
  await sweeping(DUE, { table: updating });
  expect(left()).toEqual([lives.pending, lives.fix]);
  expect(deletions().some(({ old }) => readMark(old)?.head)).toBe(false);
  await readAll();
  expect(await sweeping(DUE)).toEqual({ collections: 1, items: 2, passed: 0, waiting: 0 });
  const bundle = await readBundles(reviewer, names, archive, 'review', SOURCE);
  expect(bundle.size).toBe(5);
});

test('a delete that comes late takes nothing that was written, and marked again, since', async () => {
  const late: (() => Promise<boolean[]>)[] = [];
  const hanging = tableWith({
    removeMarked: async (copies, bundle) => {
      late.push(() => table.removeMarked(copies, bundle));
      throw new Error('hangs');
    },
  });
  await expect(sweeping(DUE, { table: hanging })).rejects.toThrow('hangs');
  table.put({ ...lives.pending, createdBy: { S: 'u-2' } });
  const arriving = tableWith({
    removeMarked: async (copies, bundle) => {
      for (const remove of late.splice(0)) expect((await remove())[0]).toBe(false);
      return table.removeMarked(copies, bundle);
    },
  });
  await sweeping(DUE, { table: arriving });
  expect(left()).toEqual([]);
});

test("a user's delete before the mark is a user's: it takes back what was counted", async () => {
  const [gone] = lives.findings;
  const key = keyOf(reviewer.table, gone ?? {});
  const deleting = {
    ...plain(archive),
    get: async (name: string) => {
      table.remove(key);
      return archive.get(name);
    },
  };
  expect(await sweeping(DUE, { archive: deleting })).toEqual({ collections: 1, items: 5, passed: 0, waiting: 0 });
  const causes = deletions().map((record) => decodeChange(reviewer, record, 'stream', 'shard').cause);
  expect(causes).toEqual(['delete', ...Array.from({ length: 4 }, () => 'archived')]);
});

test('an item that is too wide to be compared keeps its collection in the table, unmarked', async () => {
  table.put({
    ...lives.completed,
    ...Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`a${i}`, { N: `${i}` }])),
  });
  const errors: unknown[] = [];
  const log = { ...silentLog, error: (fields: object) => errors.push(fields) };
  expect(await sweeping(DUE, { log })).toEqual({ collections: 0, items: 0, passed: 0, waiting: 0 });
  expect(errors).toEqual([expect.objectContaining({ code: 'ITEM_TOO_WIDE' })]);
  expect(table.stream.records.some((record) => readMark(record.new)?.leaving !== undefined)).toBe(false);
});

test('an entry that is out of date does nothing: the review was written on in the meantime', async () => {
  table.put(WRITTEN_ON);
  await readAll();
  expect(await sweeping(DUE)).toEqual({ collections: 0, items: 0, passed: 0, waiting: 0 });
  expect(await sweeping(Date.parse('2026-03-01T00:00:00.000Z') + 400 * DAY_MS)).toEqual({
    collections: 1,
    items: 6,
    passed: 0,
    waiting: 0,
  });
});

test('a review that is written on after a sweep died at it stays, and its items are no more marked', async () => {
  const dying = tableWith({ removeMarked: () => Promise.reject(new Error('dies')) });
  await expect(sweeping(DUE, { table: dying })).rejects.toThrow('dies');
  expect(ITEMS.some((item) => readMark(table.item(keyOf(reviewer.table, item)))?.leaving)).toBe(true);
  table.put(WRITTEN_ON);
  await readAll();
  expect(await sweeping(DUE)).toEqual({ collections: 0, items: 0, passed: 0, waiting: 0 });
  for (const item of ITEMS) expect(table.item(keyOf(reviewer.table, item))).toEqual(item);
});

test('a review that is written on half way is whole again, and nobody counted its leaving or its coming back', async () => {
  await readAll();
  const before = table.item({ pk: 'STACK#network', sk: 'STATS' });
  let calls = 0;
  const dying = tableWith({
    removeMarked: (copies, bundle) => {
      if (++calls === 2) throw new Error('dies');
      return table.removeMarked(copies, bundle);
    },
  });
  await expect(sweeping(DUE, { table: dying })).rejects.toThrow('dies');
  expect(left()).toHaveLength(1);
  table.put(WRITTEN_ON);
  await readAll();
  expect(await sweeping(DUE)).toEqual({ collections: 0, items: 0, passed: 0, waiting: 0 });
  for (const item of ITEMS) expect(withoutMark(table.item(keyOf(reviewer.table, item)) ?? {})).toEqual(item);
  table.remove(keyOf(reviewer.table, WRITTEN_ON));
  await readAll();
  expect(withoutMark(table.item({ pk: 'STACK#network', sk: 'STATS' }) ?? {})).toEqual(withoutMark(before ?? {}));
});

test('killed at any call of the table, and written on then, it is whole again', async () => {
  for (let killedAt = 0; ; killedAt++) {
    let calls = 0;
    const counted = <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) => {
      return async (...args: Args): Promise<Result> => {
        if (calls++ === killedAt) throw new Error('dies');
        return call(...args);
      };
    };
    const { read, mark, removeMarked } = tableWith({});
    const dying = tableWith({ read: counted(read), mark: counted(mark), removeMarked: counted(removeMarked) });
    const outcome = await sweeping(DUE, { table: dying }).catch((error: Error) => error.message);
    if (outcome !== 'dies') {
      expect(killedAt).toBeGreaterThan(4);
      return;
    }
    table.put(WRITTEN_ON);
    await readAll();
    await sweeping(DUE);
    expect(left()).toHaveLength(5);
    table.remove(keyOf(reviewer.table, WRITTEN_ON));
    await readAll();
  }
});

test('what several attempts took comes back, and what a user deleted before does not', async () => {
  let calls = 0;
  let deleted = false;
  const dying = tableWith({
    mark: async (markings) => {
      if (!deleted) table.remove(keyOf(reviewer.table, lives.pending));
      deleted = true;
      return table.mark(markings);
    },
    removeMarked: async (copies, bundle) => {
      await table.removeMarked(copies.slice(0, 1), bundle);
      throw new Error(`dies ${++calls}`);
    },
  });
  for (let attempt = 0; attempt < 2; attempt++) await expect(sweeping(DUE, { table: dying })).rejects.toThrow('dies');
  expect(left()).toHaveLength(2);
  table.put(WRITTEN_ON);
  await readAll();
  await sweeping(DUE);
  expect(left()).toEqual(ITEMS.filter((item) => item !== lives.pending));
});

test('what was written on under its mark, and then deleted, its user has deleted: it does not come back', async () => {
  const dying = tableWith({ removeMarked: () => Promise.reject(new Error('dies')) });
  await expect(sweeping(DUE, { table: dying })).rejects.toThrow('dies');
  const child = ITEMS.find((item) => readMark(table.item(keyOf(reviewer.table, item)))?.leaving) ?? {};
  const key = keyOf(reviewer.table, child);
  table.put({ ...table.item(key), note: { S: 'written on' } });
  table.remove(key);
  const [deletion] = deletions().map((record) => decodeChange(reviewer, record, 'stream', 'shard'));
  expect(deletion?.cause).toBe('delete');
  table.put(WRITTEN_ON);
  await readAll();
  await sweeping(DUE);
  expect(left()).toEqual(ITEMS.filter((item) => item !== child));
});

test('what comes back waits until the journal tells who took it', async () => {
  const dying = tableWith({
    removeMarked: async (copies, bundle) => {
      await table.removeMarked(copies.slice(0, 1), bundle);
      throw new Error('dies');
    },
  });
  await expect(sweeping(DUE, { table: dying })).rejects.toThrow('dies');
  table.put(WRITTEN_ON);
  await readStatistics();
  await sweeping(DUE);
  expect(left()).toHaveLength(4);
  await readAll();
  await sweeping(DUE);
  expect(left()).toHaveLength(5);
});

test('a bundle goes to its cold class when all is gone, also where the sweeper died right before', async () => {
  const dying = { ...plain(archive), move: () => Promise.reject(new Error('dies')) };
  await expect(sweeping(DUE, { archive: dying })).rejects.toThrow('dies');
  expect(left()).toEqual([]);
  await sweeping(DUE);
  const classes: string[] = [];
  for await (const { storageClass } of archive.list('v1/bundles/')) classes.push(storageClass);
  expect(classes).toEqual([reviewer.retention[0]?.storageClass]);
});

test('statistics keep what was archived', async () => {
  const before = table.item({ pk: 'STACK#network', sk: 'STATS' });
  await sweeping(DUE);
  await readAll();
  expect(table.item({ pk: 'STACK#network', sk: 'STATS' })).toEqual(before);
});

test('a second sweep finds nothing left to do', async () => {
  await sweeping(DUE);
  expect(await sweeping(DUE)).toEqual({ collections: 0, items: 0, passed: 0, waiting: 0 });
});

test('what names the same moment anew, while its entry is found to be out of date, is looked at again', async () => {
  table.put({ ...WRITTEN_ON, status: { S: 'pending' } });
  await readAll();
  const closing = tableWith({
    read: async (keys) => {
      const found = await table.read(keys);
      if (table.item(keyOf(reviewer.table, WRITTEN_ON)) !== undefined) {
        table.remove(keyOf(reviewer.table, WRITTEN_ON));
        await readAll();
      }
      return found;
    },
  });
  expect((await sweeping(DUE, { table: closing })).items).toBe(0);
  expect((await sweeping(DUE)).items).toBe(5);
});

test('of two sweepers, the one that hung can not drop what the other one has noted', async () => {
  let attempts = 0;
  const hanging = tableWith({
    mark: async (markings) => {
      // The other one, once: it makes a bundle of what was written on meanwhile.
      if (attempts++ === 0) {
        table.put({ ...lives.pending, createdBy: { S: 'u-2' } });
        await sweeping(DUE, { table: tableWith({ removeMarked: async (copies) => copies.map(() => false) }) });
      }
      return table.mark(markings);
    },
  });
  await expect(sweeping(DUE, { table: hanging })).rejects.toMatchObject({ code: 'CONFLICT', retry: true });
  expect(deletions()).toEqual([]);
  const [departure] = await departuresOf(state, 'review', [SOURCE]);
  expect(departure?.attempts).toHaveLength(2);
  expect((await sweeping(DUE)).items).toBe(5);
});

test('of two sweepers with the same bundle, the later one still knows what the first one has taken', async () => {
  const dead = new Error('the first one died');
  let removals = 0;
  const hanging = tableWith({
    removeMarked: async (copies, bundle) => {
      if (removals++ > 0) return [];
      // It hung before it deleted: the other one reads all as it was, and begins in the same moment.
      const beside = tableWith({
        mark: async (markings) => {
          if (removals++ === 1) await table.removeMarked(copies, bundle);
          return table.mark(markings);
        },
        // The head was written on.
        removeMarked: async (heads) => heads.map(() => false),
      });
      expect((await sweeping(DUE, { table: beside })).items).toBe(0);
      throw dead;
    },
  });
  await expect(sweeping(DUE, { table: hanging })).rejects.toBe(dead);
  expect(left()).toHaveLength(1);
  table.put({ ...WRITTEN_ON, status: { S: 'pending' } });
  await readAll();
  await sweeping(DUE);
  expect(left()).toHaveLength(5);
});

function tableWith(parts: Partial<TableStore>): TableStore {
  const inner: TableStore = {
    read: (keys) => table.read(keys),
    replace: (replacements) => table.replace(replacements),
    putIfAbsent: (items) => table.putIfAbsent(items),
    fill: (fillings) => table.fill(fillings),
    backfill: (backfillings) => table.backfill(backfillings),
    mark: (markings) => table.mark(markings),
    unmark: (keys) => table.unmark(keys),
    removeMarked: (copies, bundle) => table.removeMarked(copies, bundle),
    removeExpired: (keys, now) => table.removeExpired(keys, now),
    expired: (now) => table.expired(now),
    partition: (pk) => table.partition(pk),
    scan: () => table.scan(),
    pages: (after) => table.pages(after),
    queryIndex: (index, partition, limit) => table.queryIndex(index, partition, limit),
  };
  return { ...inner, ...parts };
}

const plain = (inner: MemoryArchive) => ({
  putIfAbsent: inner.putIfAbsent.bind(inner),
  get: inner.get.bind(inner),
  move: inner.move.bind(inner),
  list: inner.list.bind(inner),
  prefixes: inner.prefixes.bind(inner),
  remove: inner.remove.bind(inner),
  erase: inner.erase.bind(inner),
  lockOf: inner.lockOf.bind(inner),
  readability: inner.readability.bind(inner),
  restore: inner.restore.bind(inner),
});
