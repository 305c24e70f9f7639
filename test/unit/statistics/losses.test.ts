import { rebuild } from '../../../processors/statistics/rebuild.ts';
import { verify } from '../../../processors/statistics/verify.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import type { StreamSource } from '../../../shared/ports/streamSource.ts';
import { listIncomplete } from '../../../shared/state/incomplete.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { readToTheEnd } from '../../support/given/reading.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { statisticsOver } from '../../support/given/statistics.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

/** A table whose statistics are right, and then lose some changes. */
async function given() {
  const clock = new TurnedClock();
  const table = new MemoryTable(reviewer.table, clock);
  const state = memoryState();
  const memory = memoryStreamSource(table.stream);
  const read = (source: StreamSource = memory): Promise<void> =>
    readToTheEnd({
      source,
      state,
      processors: [statisticsOver(table, { state, source })],
      clock,
    });
  const contextOf = (source: StreamSource) => ({
    system: reviewer,
    names: namesOf(reviewer, 'test'),
    table,
    state,
    archive: new MemoryArchive(),
    stream: async () => source,
  });
  const options = { clock: systemClock, pause: async () => {}, log: silentLog, signal: new AbortController().signal };
  const drifts = async (source: StreamSource = memory) => (await verify(contextOf(source), options)).drifts;
  const rebuilt = (source: StreamSource = memory) => rebuild(contextOf(source), reviewer.statistics, options);
  for (const reviewId of ['r1', 'r2', 'r3']) table.put(versionItem({ reviewId, version: 1 }));
  await read();
  await read();
  expect(await drifts()).toEqual([]);
  return { table, state, memory, read, drifts, rebuilt };
}

test('a trimmed checkpoint: the loss is told, a rebuild makes up for it, and later starts find nothing to tell', async () => {
  const { table, state, read, drifts, rebuilt } = await given();
  table.put(versionItem({ reviewId: 'r1', version: 2 }));
  table.put(versionItem({ reviewId: 'r4', version: 1 }));
  table.remove({ pk: 'REVIEW#r2', sk: 'VERSION#1' });
  table.stream.trim('shard-1', table.stream.records.length);
  await read();
  expect(await listIncomplete(state)).toMatchObject([{ shard: 'shard-1' }]);
  expect(await drifts()).not.toEqual([]);
  await rebuilt();
  await read();
  expect(await listIncomplete(state)).toEqual([]);
  expect(await drifts()).toEqual([]);
  table.put(versionItem({ reviewId: 'r5', version: 1 }));
  await read();
  expect(await drifts()).toEqual([]);
  expect(await listIncomplete(state)).toEqual([]);
});

test('a table that was restored: it is told, and a rebuild counts what it holds', async () => {
  const { table, state, memory, read, drifts, rebuilt } = await given();
  await read({ ...memory, table: 'before' });
  table.put(versionItem({ reviewId: 'r6', version: 1 }));
  const restored = { ...memory, stream: 'restored', table: 'after' };
  table.stream.trim('shard-1', table.stream.records.length);
  await read(restored);
  expect(await listIncomplete(state)).toMatchObject([{ shard: 'all', reason: expect.stringContaining('restored') }]);
  expect(await drifts(restored)).not.toEqual([]);
  await rebuilt(restored);
  await read(restored);
  expect(await listIncomplete(state)).toEqual([]);
  expect(await drifts(restored)).toEqual([]);
});
