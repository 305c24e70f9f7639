import { backfill } from '../../../processors/backfill/backfill.ts';
import type { System } from '../../../shared/model/system.ts';
import { HOUR_MS } from '../../../shared/model/time.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { taskEntity, taskItem, tasks, tasksWith } from '../../support/given/tasks.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const ITEMS = 10;

/** A table with tasks that lack their keys; the stream has forgotten all of them. */
function given() {
  const clock = new TurnedClock();
  const table = new MemoryTable(tasks.table, clock);
  for (let i = 0; i < ITEMS; i++) table.put(taskItem({ taskId: `t${i}` }));
  table.stream.trim('shard-1', ITEMS);
  const state = memoryState();
  const waited: number[] = [];
  const pause = async (ms: number): Promise<void> => {
    waited.push(ms);
    clock.advance(ms);
  };
  const run = (
    more: { system?: System; signal?: AbortSignal; rate?: number; isAnew?: boolean; onWait?: () => void } = {},
  ) => {
    const { system = tasks, signal = new AbortController().signal, onWait, ...options } = more;
    const stream = async () => memoryStreamSource(table.stream);
    const waiting = async (ms: number): Promise<void> => {
      await pause(ms);
      onWait?.();
    };
    const surroundings = { pause: waiting, random: () => 0, log: silentLog };
    return backfill({ system, table, state, clock, stream }, { ...surroundings, ...options, signal });
  };
  return { table, clock, waited, run };
}

/** Stopped behind the first page. */
async function stopped(world: ReturnType<typeof given>) {
  const stopping = new AbortController();
  const { backfill: write } = world.table;
  world.table.backfill = async (all) => {
    const outcomes = await write.call(world.table, all);
    if (world.table.stream.records.length > ITEMS + 3) stopping.abort();
    return outcomes;
  };
  const outcome = await world.run({ signal: stopping.signal });
  world.table.backfill = write;
  return outcome;
}

/** Behind which item each scan begins. */
function scansOf({ table }: ReturnType<typeof given>): (string | undefined)[] {
  const from: (string | undefined)[] = [];
  const { pages } = table;
  table.pages = (after) => {
    from.push(after?.pk);
    return pages.call(table, after);
  };
  return from;
}

test('it tells how many got what, and does no more the next time', async () => {
  const { run } = given();
  expect(await run()).toEqual({
    items: ITEMS,
    backfilled: ITEMS,
    noted: 0,
    added: ['urgency', 'labels', 'GSI1PK', 'GSI1SK'].map((attribute) => ({ entity: 'task', attribute, items: ITEMS })),
    left: [],
    late: 0,
    isOver: true,
  });
  expect(await run()).toMatchObject({ items: ITEMS, backfilled: 0, added: [] });
});

test('it writes no faster than it is asked to', async () => {
  const { run, clock } = given();
  const began = clock.now();
  await run({ rate: 2 });
  expect(clock.now() - began).toBeGreaterThanOrEqual((1000 * ITEMS) / 2);
});

test('stopped, it goes on where it was: behind what was looked at, and counting on', async () => {
  const world = given();
  expect(await stopped(world)).toMatchObject({ items: 3, isOver: false });
  const from = scansOf(world);
  expect(await world.run()).toMatchObject({ items: ITEMS, isOver: true, left: [] });
  expect(from).toEqual(['TASK#t2']);
});

test.each<[string, (world: ReturnType<typeof given>) => object]>([
  ['where it is asked to', () => ({ isAnew: true })],
  ['where something else is declared', () => ({ system: tasksWith(taskEntity({ indexes: () => ({ GSI2PK: 'x' }) })) })],
  [
    'where the stream may have lost what came since',
    ({ clock }) => {
      clock.advance(21 * HOUR_MS);
      return {};
    },
  ],
])('stopped, it begins anew %s', async (_, turn) => {
  const world = given();
  await stopped(world);
  const from = scansOf(world);
  expect(await world.run(turn(world))).toMatchObject({ items: ITEMS, isOver: true });
  expect(from).toEqual([undefined]);
  expect(world.table.items.filter(({ GSI1PK, GSI2PK }) => !GSI1PK && !GSI2PK)).toEqual([]);
});

test('a writer that goes on without is told of', async () => {
  const { run, table } = given();
  let written = 0;
  const onWait = (): void => table.put(taskItem({ taskId: `late${written++}` }));
  expect(await run({ onWait })).toMatchObject({ backfilled: ITEMS + written, late: 1, isOver: true });
  expect(written).toBe(5);
});

test('what the table refuses is left, and keeps nothing else back', async () => {
  const { run, table } = given();
  const { backfill: write } = table;
  table.backfill = async (all) => {
    const outcomes = await write.call(table, all.slice(1));
    return ['refused', ...outcomes];
  };
  const { backfilled, left } = await run();
  // The first of each page of three.
  expect([backfilled, left]).toEqual([
    6,
    [
      {
        ...{ reason: 'refused', entity: 'task', attributes: ['GSI1PK', 'GSI1SK', 'labels', 'urgency'] },
        ...{ items: 4, first: ['TASK#t0/TASK', 'TASK#t3/TASK', 'TASK#t6/TASK'] },
      },
    ],
  ]);
});
