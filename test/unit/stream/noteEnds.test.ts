import { HOUR_MS } from '../../../shared/model/time.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { saveCheckpoint } from '../../../shared/state/checkpoints.ts';
import { listIncomplete } from '../../../shared/state/incomplete.ts';
import { noteStream } from '../../../shared/stream/losses.ts';
import { noteEnds } from '../../../shared/stream/noteEnds.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { readToTheEnd, recorder } from '../../support/given/reading.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

/* A mapping has delivered a stage for days, of which most were quiet; then a poller reads it. */

const PROCESSOR = 'statistics';

/** Shards close after four hours, and are gone a day later. */
function given() {
  const clock = new TurnedClock();
  const table = new MemoryTable(reviewer.table, clock);
  const state = memoryState();
  const source = memoryStreamSource(table.stream);
  const closedAt = new Map<string, number>();
  const context = { name: 'live', source, state, processors: [recorder(PROCESSOR)], clock, log: silentLog };
  let version = 0;
  return {
    state,
    write: () => table.put(versionItem({ version: ++version })),
    /** As 'takeDelivery' leaves it: where something was delivered, and no end. */
    deliver: async () => {
      await noteStream(context, await source.shards());
      for (const { id, records } of table.stream.shards) {
        const { sequence, at } = records.at(-1) ?? {};
        const checkpoint = { processor: PROCESSOR, shard: id, sequence, at, finished: false };
        if (sequence !== undefined) await saveCheckpoint(state, source.stream, checkpoint, undefined);
      }
    },
    pass: async (days: number, isLookedAt: boolean) => {
      for (let hours = 0; hours < days * 24; hours += 4) {
        clock.advance(4 * HOUR_MS);
        for (const { id, closed } of [...table.stream.shards]) {
          if (!closed) table.stream.split(id, 1);
          if (!closedAt.has(id)) closedAt.set(id, clock.now());
          if (clock.now() - (closedAt.get(id) ?? 0) > 24 * HOUR_MS) table.stream.drop(id);
        }
        if (isLookedAt) await noteEnds(context, [PROCESSOR]);
      }
    },
    poll: () => readToTheEnd({ source, state, processors: [recorder(PROCESSOR)], clock }),
  };
}

test('nothing is told as lost where all was delivered', async () => {
  const { state, write, deliver, pass, poll } = given();
  write();
  await deliver();
  await pass(3, true);
  await poll();
  expect(await listIncomplete(state)).toEqual([]);
});

test('nor where something was written in between', async () => {
  const { state, write, deliver, pass, poll } = given();
  for (let times = 0; times < 3; times++) {
    write();
    await deliver();
    await pass(2, true);
  }
  await poll();
  expect(await listIncomplete(state)).toEqual([]);
});

test('what was not delivered for a day is told', async () => {
  const { state, write, deliver, pass, poll } = given();
  write();
  await deliver();
  await pass(1, true);
  write();
  await pass(3, true);
  await poll();
  expect(await listIncomplete(state)).not.toEqual([]);
});

test('where nobody looked, nobody can know', async () => {
  const { state, write, deliver, pass, poll } = given();
  write();
  await deliver();
  await pass(3, false);
  await poll();
  expect(await listIncomplete(state)).not.toEqual([]);
});
