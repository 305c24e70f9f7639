import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { planArchive } from '../../../processors/archive/plan.ts';
import { restoreCollection, restoreItem } from '../../../processors/archive/restoreItems.ts';
import { journalSnapshot } from '../../../processors/archive/snapshot.ts';
import { sweep } from '../../../processors/archive/sweep.ts';
import { DepartedFeed } from '../../../processors/replay/departed.ts';
import { readBundles } from '../../../shared/archive/bundle.ts';
import { readFromNothing } from '../../../shared/archive/journal.ts';
import { readLines } from '../../../shared/archive/lines.ts';
import { listDataset } from '../../../shared/archive/listing.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { keyText } from '../../../shared/model/keys.ts';
import type { Log } from '../../../shared/ports/log.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { saveDue } from '../../../shared/state/due.ts';
import type { Selection } from '../../../shared/state/replays.ts';
import { decodeChange } from '../../../shared/stream/change.ts';
import { keyOfNote, tenancyNames as names, noteItem, tenancy } from '../../support/given/tenancy.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const DUE = Date.parse('2026-02-01T10:00:00.000Z');

/** Notes that are due, read to the end, swept, and read again. */
async function swept(items: readonly Attributes[], log: Log = silentLog) {
  const [archive, state, table] = [
    new MemoryArchive(),
    memoryState(),
    new MemoryTable(tenancy.table, new TurnedClock(DUE)),
  ];
  let done = 0;
  const readAll = async (): Promise<void> => {
    const changes = table.stream.records
      .slice(done)
      .map((record) => decodeChange(tenancy, record, 'stream', 'shard-1'));
    done += changes.length;
    await archiveProcessor(tenancy, names, { archive, state }).process(changes);
    await saveDue(state, planArchive(tenancy, names, changes).due);
  };
  for (const item of items) table.put(item);
  await readAll();
  const left = await sweep({ system: tenancy, names, table, state, archive, log }, DUE);
  await readAll();
  return { archive, table, left, context: { system: tenancy, names, table, archive } };
}

const bundlesOf = async (archive: MemoryArchive, tenant?: string): Promise<number> => {
  let count = 0;
  for await (const _ of listDataset(tenancy, names, archive, 'bundles', tenant)) count++;
  return count;
};

test('a collection leaves into a bundle of its tenant, and comes back from there', async () => {
  const items = ['a', 'b/c'].map((of) => noteItem(of, { closedAt: DUE }));
  const { archive, table, left, context } = await swept(items);
  expect(left.items).toBe(2);
  expect([await bundlesOf(archive), await bundlesOf(archive, 'a'), await bundlesOf(archive, 'c')]).toEqual([2, 1, 0]);
  const [one, two] = [keyOfNote('a', 'n1'), keyOfNote('b/c', 'n1')];
  expect((await readBundles(tenancy, names, archive, 'closed', one)).size).toBe(1);
  expect(await restoreItem(context, two)).toMatchObject([{ key: two, outcome: 'written' }]);
  expect(await restoreCollection(context, 'closed', one)).toMatchObject([{ key: one, outcome: 'written' }]);
  expect(table.item(one)).toMatchObject({ org: { S: 'a' } });
});

test('what left of one tenant comes back by a replay of that tenant alone', async () => {
  const items = ['a', 'b/c', 'b'].map((of) => noteItem(of, { closedAt: DUE }));
  const { archive } = await swept(items);
  const back = async (selection: Selection): Promise<string[]> => {
    const feed = new DepartedFeed(tenancy, names, archive, selection);
    const keys: string[] = [];
    for await (const { units } of feed.portions(undefined, 10)) keys.push(...units.map(({ key }) => keyText(key)));
    return keys.sort();
  };
  expect(await back({})).toEqual(['ORG#a/NOTE#n1', 'ORG#b/NOTE#n1', 'ORG#b/c/NOTE#n1']);
  expect(await back({ tenant: 'b/c' })).toEqual(['ORG#b/c/NOTE#n1']);
  expect(await back({ key: 'ORG#b/c/NOTE#n1' })).toEqual(['ORG#b/c/NOTE#n1']);
  expect(await back({ tenant: 'b', key: 'ORG#b/c/NOTE#n1' })).toEqual([]);
  // The journal's life is over: what is known of it is in bundles.
  for await (const { key } of listDataset(tenancy, names, archive, 'journal')) await archive.remove(key);
  expect(await back({ tenant: 'a' })).toEqual(['ORG#a/NOTE#n1']);
  expect(await back({ key: 'ORG#b/NOTE#n1' })).toEqual(['ORG#b/NOTE#n1']);
  expect(await back({})).toHaveLength(3);
});

test('what was there before is journalled by tenant, once, and adds up from nothing', async () => {
  const [archive, state, table] = [
    new MemoryArchive(),
    memoryState(),
    new MemoryTable(tenancy.table, new TurnedClock(DUE)),
  ];
  for (const tenant of ['a', 'b/c', 'b']) table.put(noteItem(tenant));
  const context = { system: tenancy, names, table, archive, state };
  const { signal } = new AbortController();
  expect(await journalSnapshot(context, { signal })).toEqual({ items: 3, journalled: 3 });
  expect(await journalSnapshot(context, { signal })).toEqual({ items: 3, journalled: 0 });
  const lines = async (tenant?: string): Promise<number> => {
    let count = 0;
    for await (const { key } of listDataset(tenancy, names, archive, 'journal', tenant))
      count += (await readLines(archive, key)).length;
    return count;
  };
  expect([await lines(), await lines('b/c'), await lines('c')]).toEqual([3, 1, 0]);
  let begun = 0;
  for await (const { cause } of readFromNothing(tenancy, names, archive)) begun += cause === 'snapshot' ? 1 : 0;
  expect(begun).toBe(3);
});

test('a collection that reaches into another tenant stays in the table, and is told by the key alone', async () => {
  const told: unknown[] = [];
  const log: Log = { ...silentLog, error: (...line: unknown[]) => void told.push(line) };
  const items = [noteItem('a', { closedAt: DUE, alsoIn: 'b' }), noteItem('b')];
  const { archive, table, left } = await swept(items, log);
  expect(left.items).toBe(0);
  expect(table.item(keyOfNote('a', 'n1'))).toEqual(items[0]);
  expect(table.item(keyOfNote('b', 'n1'))).toEqual(items[1]);
  expect(await bundlesOf(archive)).toBe(0);
  expect(JSON.stringify(told)).toContain('ORG#b/NOTE#n1 belongs to another tenant than its collection');
});
