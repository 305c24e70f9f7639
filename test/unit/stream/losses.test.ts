import type { StateStore } from '../../../shared/ports/stateStore.ts';
import type { StreamSource } from '../../../shared/ports/streamSource.ts';
import { clearIncomplete, listIncomplete } from '../../../shared/state/incomplete.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { readToTheEnd, recorder } from '../../support/given/reading.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const HOUR_MS = 3_600_000;
let clock: TurnedClock;
let table: MemoryTable;
let state: StateStore;
let source: StreamSource;

beforeEach(() => {
  clock = new TurnedClock();
  table = new MemoryTable(reviewer.table, clock);
  state = memoryState();
  source = memoryStreamSource(table.stream, () => 2);
});

const write = (count: number, reviewId = 'r1'): void => {
  for (let version = 1; version <= count; version++) table.put(versionItem({ reviewId, version }));
};
const everywhere = (): void => {
  for (const id of ['r1', 'r2', 'r3', 'r4', 'r5']) write(5, id);
};
const read = (from = source) => readToTheEnd({ source: from, state, processors: [recorder('a')], clock });
const told = async (): Promise<string[]> => (await listIncomplete(state)).map(({ reason }) => reason);
/** As a rebuild does. */
const healed = async (): Promise<void> => clearIncomplete(state, await listIncomplete(state));

test('the first start on a stream that has lost its oldest records is no loss', async () => {
  write(5);
  table.stream.split('shard-1');
  table.stream.trim('shard-1', 4);
  everywhere();
  clock.advance(23 * HOUR_MS);
  await read();
  await read();
  expect(await told()).toEqual([]);
});

test('another stream of the same table, and another table of the same name, are told as what they are', async () => {
  await read({ ...source, table: 't1' });
  await read({ ...source, table: 't1' });
  expect(await told()).toEqual([]);
  await read({ ...source, stream: 's2', table: 't1' });
  expect(await told()).toEqual([expect.stringContaining('the stream is not the one')]);
  await healed();
  await read({ ...source, stream: 's3', table: 't2' });
  await read({ ...source, stream: 's3', table: 't2' });
  expect(await told()).toEqual([expect.stringContaining('restored or made anew')]);
});

test('a shard that is gone is told once: a rebuild makes up for it, and the next start does not tell it again', async () => {
  write(2);
  await read();
  write(3, 'r2');
  table.stream.split('shard-1');
  table.stream.drop('shard-1');
  await read();
  expect(await told()).toHaveLength(1);
  await healed();
  await read();
  expect(await told()).toEqual([]);
});

test('a trimmed position with nothing left behind it is told once a day, for more may be lost by then', async () => {
  write(2);
  await read();
  write(3, 'r2');
  table.stream.trim('shard-1', 5);
  await read();
  expect(await told()).toHaveLength(1);
  await healed();
  await read();
  expect(await told()).toEqual([]);
  clock.advance(24 * HOUR_MS);
  await read();
  expect(await told()).toHaveLength(1);
});

test('the children of a shard that was read to its end more than a day ago may have lost their beginning', async () => {
  write(2);
  table.stream.split('shard-1');
  await read();
  clock.advance(25 * HOUR_MS);
  everywhere();
  await read();
  expect(await listIncomplete(state)).toMatchObject([
    { shard: 'shard-2', reason: expect.stringContaining('may have been trimmed before it was first read') },
    { shard: 'shard-3' },
  ]);
  await healed();
  await read();
  expect(await told()).toEqual([]);
});

test('after a shorter stop nothing of the children can be gone', async () => {
  write(2);
  table.stream.split('shard-1');
  await read();
  everywhere();
  clock.advance(23 * HOUR_MS);
  await read();
  expect(await told()).toEqual([]);
});

test('shards that came and went while nobody read are told by what came of them', async () => {
  write(2);
  table.stream.split('shard-1', 1);
  await read();
  table.stream.split('shard-2', 1);
  table.stream.drop('shard-1');
  table.stream.drop('shard-2');
  await read();
  expect(await listIncomplete(state)).toMatchObject([{ shard: 'shard-3', reason: expect.stringContaining('unread') }]);
});
