import type { StateStore } from '../../../shared/ports/stateStore.ts';
import type { StreamSource } from '../../../shared/ports/streamSource.ts';
import { loadCheckpoints } from '../../../shared/state/checkpoints.ts';
import { listIncomplete } from '../../../shared/state/incomplete.ts';
import type { Processor } from '../../../shared/stream/processor.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { passing, readBeside, readToTheEnd, recorder } from '../../support/given/reading.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { pass } from '../../support/given/workers.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

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
const written = (): string[] => table.stream.records.map(({ sequence }) => sequence);
const read = (...processors: ReturnType<typeof recorder>[]) => readToTheEnd({ source, state, processors, clock });

test('everything is read once, from the oldest record, and the next reader goes on behind it', async () => {
  write(7);
  const first = recorder('a');
  await read(first);
  expect(first.seen).toEqual(written());
  write(2, 'r2');
  const second = recorder('a');
  await read(second);
  expect(second.seen).toEqual(written().slice(7));
});

test('each processor has a checkpoint of its own: one that fails in passing is retried, the other is not repeated', async () => {
  write(3);
  const sound = recorder('sound');
  const failing = recorder('failing', (batch) => (batch < 3 ? passing() : undefined));
  await read(sound, failing);
  expect(sound.seen).toEqual(written());
  expect(failing.seen).toEqual(written());
});

test('a processor that comes new to a reader is given all that the others have had', async () => {
  write(3);
  await read(recorder('old'));
  const [old, added] = [recorder('old'), recorder('added')];
  await read(old, added);
  expect(old.seen).toEqual([]);
  expect(added.seen).toEqual(written());
});

test('what no retry can mend stops the reader, and is thrown', async () => {
  write(1);
  await expect(read(recorder('a', () => new Error('a bug')))).rejects.toThrow('a bug');
  expect(await loadCheckpoints(state, 'stream')).toEqual([]);
});

test('a parent is read to its end before its children, and is marked as finished', async () => {
  write(3);
  table.stream.split('shard-1');
  for (const id of ['r1', 'r2', 'r3', 'r4']) write(5, id);
  const all = recorder('a');
  await read(all);
  expect(all.seen.slice(0, 3)).toEqual(written().slice(0, 3));
  expect([...all.seen].sort()).toEqual([...written()].sort());
  const checkpoints = await loadCheckpoints(state, 'stream');
  expect(checkpoints.filter(({ finished }) => finished).map(({ shard }) => shard)).toEqual(['shard-1']);
});

test('an iterator that expires is opened again behind what was read', async () => {
  write(5);
  let reads = 0;
  const expiring: StreamSource = {
    ...source,
    read: (iterator) => {
      reads++;
      if (reads === 2) table.stream.epoch++;
      return source.read(iterator);
    },
  };
  const all = recorder('a');
  await readToTheEnd({ source: expiring, state, processors: [all], clock });
  expect(all.seen).toEqual(written());
});

test('a checkpoint that the stream has trimmed: the loss is noted, and reading goes on with what is left', async () => {
  write(2);
  await read(recorder('a'));
  write(6, 'r2');
  table.stream.trim('shard-1', 5);
  const later = recorder('a');
  await read(later);
  expect(later.seen).toEqual(written().slice(5));
  expect(await listIncomplete(state)).toMatchObject([{ shard: 'shard-1' }]);
});

test('the loss is noted too where another processor of the reader has no checkpoint yet', async () => {
  write(2);
  await read(recorder('old'));
  write(6, 'r2');
  table.stream.trim('shard-1', 5);
  await read(recorder('old'), recorder('added'));
  expect(await listIncomplete(state)).toMatchObject([{ shard: 'shard-1' }]);
});

test('the loss is noted too by one that knew of no checkpoint when it began, and passes one of somebody else', async () => {
  write(2);
  let opened = 0;
  const late: StreamSource = {
    ...source,
    open: async (shard, after) => {
      if (opened++ === 0) {
        await read(recorder('a'));
        write(6, 'r2');
        table.stream.trim('shard-1', 5);
      }
      return source.open(shard, after);
    },
  };
  const own = recorder('a');
  await readToTheEnd({ source: late, state, processors: [own], clock });
  expect(own.seen).toEqual(written().slice(5));
  expect(await listIncomplete(state)).toMatchObject([{ shard: 'shard-1' }]);
});

test('a checkpoint that fails in passing at the end of a shard is tried again', async () => {
  write(1);
  table.stream.split('shard-1');
  let failures = 0;
  const failing: StateStore = {
    ...state,
    putIf: async (record, expected) => {
      if (record.finished === true && failures++ === 0) throw passing();
      return state.putIf(record, expected);
    },
  };
  await expect(readToTheEnd({ source, state: failing, processors: [recorder('a')], clock })).resolves.toBeUndefined();
  expect(failures).toBe(2);
});

test('records that are trimmed under an open iterator: the loss is noted, and reading goes on', async () => {
  write(8);
  let reads = 0;
  const trimming: StreamSource = {
    ...source,
    read: (iterator) => {
      if (++reads === 2) table.stream.trim('shard-1', 6);
      return source.read(iterator);
    },
  };
  const all = recorder('a');
  await readToTheEnd({ source: trimming, state, processors: [all], clock });
  expect(all.seen).toEqual([...written().slice(0, 2), ...written().slice(6)]);
  expect(await listIncomplete(state)).toHaveLength(1);
});

test('a shard that is gone before it was finished is noted as a loss', async () => {
  write(2);
  await read(recorder('a'));
  write(3, 'r2');
  table.stream.split('shard-1');
  table.stream.drop('shard-1');
  await read(recorder('a'));
  expect(await listIncomplete(state)).toMatchObject([{ shard: 'shard-1' }]);
});

test('a clock that is set back keeps nothing waiting that is buffered', async () => {
  write(3);
  const before = clock.now();
  let asked = 0;
  jest.spyOn(clock, 'now').mockImplementation(() => before - 3_600_000 * asked++);
  const all = recorder('a');
  await read(all);
  expect(all.seen).toEqual(written());
});

test('a child waits for whoever reads its parent, and is found when that one has finished', async () => {
  write(3);
  table.stream.split('shard-1');
  for (const id of ['r1', 'r2', 'r3', 'r4']) write(5, id);
  const order: string[] = [];
  const [first, second] = [recorder('a'), recorder('a')];
  const noting = (inner: typeof first): Processor => ({
    ...inner,
    process: (changes) => {
      order.push(...changes.map(({ position }) => position.sequence));
      return inner.process(changes);
    },
  });
  const stop = new AbortController();
  const ended = [noting(first), noting(second)].map((processor) =>
    readBeside({ source, state, processors: [processor], clock, batch: 1 }, stop.signal),
  );
  await pass(clock, 30_000);
  stop.abort();
  await Promise.all(ended);
  expect(order.slice(0, 3)).toEqual(written().slice(0, 3));
  expect(first.seen.length).toBeGreaterThan(0);
  expect(second.seen.length).toBeGreaterThan(0);
  expect([...order].sort()).toEqual([...written()].sort());
});

test('for a shard that is taken anew a processor remembers nothing: somebody else may have read it in between', async () => {
  write(1);
  const stale = recorder('a', () => new Error('remembers'));
  const fresh = recorder('a');
  await readToTheEnd({ source, state, processors: [{ ...stale, fresh: () => fresh }], clock });
  expect(fresh.seen).toEqual(written());
});
