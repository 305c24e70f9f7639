import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { planArchive } from '../../../processors/archive/plan.ts';
import { restoreCollection, restoreItem } from '../../../processors/archive/restoreItems.ts';
import { sweep } from '../../../processors/archive/sweep.ts';
import { datasetPrefix } from '../../../shared/archive/layout.ts';
import { type Attributes, encodeAttribute } from '../../../shared/model/attribute.ts';
import { keyId } from '../../../shared/model/keys.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { RESERVED_ATTRIBUTE } from '../../../shared/model/reserved.ts';
import { DAY_MS } from '../../../shared/model/retention.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { saveDue } from '../../../shared/state/due.ts';
import { type Change, decodeChange, keyOf } from '../../../shared/stream/change.ts';
import { readMark, withoutMark } from '../../../shared/stream/mark.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { keysUnder } from '../../support/given/archivedHistory.ts';
import { readToTheEnd } from '../../support/given/reading.ts';
import { lives } from '../../support/given/review.ts';
import { statisticsOver } from '../../support/given/statistics.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const names = namesOf(reviewer, 'test');
const DUE = Date.parse('2026-02-03T08:00:00.000Z') + 400 * DAY_MS;
const SOURCE = { pk: 'REVIEW#r1', sk: 'STATS' };
const STACK = { pk: 'STACK#network', sk: 'STATS' };
const ITEMS = [lives.pending, lives.completed, ...lives.findings, lives.fix];

let clock: TurnedClock;
let table: MemoryTable;
let state: ReturnType<typeof memoryState>;
let archive: MemoryArchive;
let archived = 0;

/** Statistics by a reader; the archive by hand, for a reader at the end of its stream does not wait for compression. */
async function readAll(): Promise<void> {
  const source = memoryStreamSource(table.stream);
  await readToTheEnd({ source, state, processors: [statisticsOver(table, { state, source })], clock });
  const changes = table.stream.records
    .slice(archived)
    .map((record) => decodeChange(reviewer, record, 'stream', 'shard-1'));
  archived += changes.length;
  await archiveProcessor(reviewer, names, { archive, state }).process(changes);
}
const context = () => ({ system: reviewer, names, table, archive });
const keyOfItem = (item: Attributes) => keyOf(reviewer.table, item);
/** What statistics say, but for where they stand. */
const told = (): Attributes[] => [SOURCE, STACK].map((key) => withoutMark(table.item(key) ?? {}));
const eventObjects = (): Promise<string[]> => keysUnder(archive, datasetPrefix(reviewer, names, 'events'));

beforeEach(async () => {
  clock = new TurnedClock();
  table = new MemoryTable(reviewer.table, clock);
  state = memoryState();
  archive = new MemoryArchive();
  archived = 0;
  for (const item of ITEMS) table.put(item);
  await readAll();
  await sweep({ system: reviewer, names, table, state, archive, log: silentLog }, DUE);
  await readAll();
});

test('all of a collection is put back once, marked, and changes neither statistics nor events', async () => {
  const [before, events] = [told(), await eventObjects()];
  expect(before[0]).not.toEqual({});
  const restored = await restoreCollection(context(), 'review', SOURCE);
  expect(restored.map(({ outcome }) => outcome)).toEqual(ITEMS.map(() => 'written'));
  for (const item of ITEMS) {
    const stored = table.item(keyOfItem(item)) as Attributes;
    expect(withoutMark(stored)).toEqual(item);
    expect(readMark(stored)?.restored).toBe(restored[0]?.bundle);
  }
  await readAll();
  expect(told()).toEqual(before);
  expect(await eventObjects()).toEqual(events);
  const again = await restoreCollection(context(), 'review', SOURCE);
  expect(again.map(({ outcome }) => outcome)).toEqual(ITEMS.map(() => 'present'));
});

test('one item is put back, and what is there stays as it is', async () => {
  const key = keyOfItem(lives.fix);
  const written = { ...lives.pending, note: encodeAttribute('written anew') };
  table.put(written);
  expect(await restoreItem(context(), key)).toMatchObject([{ key, outcome: 'written' }]);
  expect(await restoreItem(context(), keyOfItem(lives.pending))).toMatchObject([{ outcome: 'present' }]);
  expect(table.item(keyOfItem(lives.pending))).toEqual(written);
  expect(table.item(keyOfItem(lives.completed))).toBeUndefined();
});

test('of an item that left twice, the later copy is put back', async () => {
  const late = { ...lives.fix, note: encodeAttribute('second') };
  await restoreItem(context(), keyOfItem(lives.fix));
  table.put(late);
  await readAll();
  await saveDue(state, planArchive(reviewer, names, [reviewAgain()]).due);
  const swept = await sweep({ system: reviewer, names, table, state, archive, log: silentLog }, DUE);
  expect(swept.items).toBe(1);
  await readAll();
  expect(table.item(keyOfItem(lives.fix))).toBeUndefined();
  const all = await restoreCollection(context(), 'review', SOURCE);
  expect(new Set(all.map(({ key }) => keyId(key))).size).toBe(ITEMS.length);
  expect(withoutMark(table.item(keyOfItem(lives.fix)) as Attributes)).toEqual(late);
  expect(table.item(keyOfItem(lives.fix))?.[RESERVED_ATTRIBUTE]).toBeDefined();
});

/** The review's own aggregate, as if it had been written again: its collection is due once more. */
function reviewAgain(): Change {
  const record = table.stream.records.findLast(
    ({ keys, new: now }) => keyId(keyOf(reviewer.table, keys)) === keyId(SOURCE) && now,
  );
  if (!record) throw new Error('no aggregate was written');
  return decodeChange(reviewer, record, 'stream', 'shard-1');
}

test('what its user deleted after it was put back stays away, and statistics stay exact', async () => {
  await restoreCollection(context(), 'review', SOURCE);
  await readAll();
  table.remove(keyOfItem(lives.fix));
  await readAll();
  const before = told();
  const again = await restoreCollection(context(), 'review', SOURCE);
  expect(again.filter(({ outcome }) => outcome !== 'present')).toMatchObject([
    { key: keyOfItem(lives.fix), outcome: 'retracted' },
  ]);
  expect(table.item(keyOfItem(lives.fix))).toBeUndefined();
  await readAll();
  expect(told()).toEqual(before);
  await expect(restoreItem(context(), keyOfItem(lives.fix))).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('what left twice, and was deleted by its user between and after, keeps none of the others away', async () => {
  await restoreItem(context(), keyOfItem(lives.fix));
  table.put({ ...lives.fix, note: encodeAttribute('second') });
  await readAll();
  await saveDue(state, planArchive(reviewer, names, [reviewAgain()]).due);
  await sweep({ system: reviewer, names, table, state, archive, log: silentLog }, DUE);
  await readAll();
  await restoreItem(context(), keyOfItem(lives.fix));
  table.put({ ...table.item(keyOfItem(lives.fix)), note: encodeAttribute('third') });
  table.remove(keyOfItem(lives.fix));
  await readAll();
  const all = await restoreCollection(context(), 'review', SOURCE);
  expect(all.filter(({ outcome }) => outcome === 'written')).toHaveLength(ITEMS.length - 1);
  expect(all.filter(({ outcome }) => outcome === 'retracted')).toMatchObject([{ key: keyOfItem(lives.fix) }]);
});

test('a copy that was written on under its mark, and deleted by its user then, is not put back in place of that', async () => {
  await restoreItem(context(), keyOfItem(lives.fix));
  await readAll();
  await saveDue(state, planArchive(reviewer, names, [reviewAgain()]).due);
  const writtenOn = { ...lives.fix, note: encodeAttribute('late') };
  const { removeMarked } = table;
  table.removeMarked = async (...given) => {
    table.put({ ...table.item(keyOfItem(lives.fix)), ...writtenOn });
    return removeMarked.apply(table, given);
  };
  await sweep({ system: reviewer, names, table, state, archive, log: silentLog }, DUE);
  table.removeMarked = removeMarked;
  table.remove(keyOfItem(lives.fix));
  await readAll();
  await expect(restoreItem(context(), keyOfItem(lives.fix))).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('what never left, and a source without bundles, is told', async () => {
  table.put(lives.pending);
  await expect(restoreItem(context(), { pk: 'REVIEW#r9', sk: 'VERSION#1' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(restoreCollection(context(), 'review', { pk: 'REVIEW#r9', sk: 'STATS' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});
