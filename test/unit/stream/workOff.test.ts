import { statisticsProcessor, statisticsSteps } from '../../../processors/statistics/handler.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { decodeAttributes } from '../../../shared/model/attribute.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { PASSED_KEPT_MS, readGate } from '../../../shared/state/gates.ts';
import { listParked, loadGates, type Parked } from '../../../shared/state/parked.ts';
import { park } from '../../../shared/state/parking.ts';
import type { Change } from '../../../shared/stream/change.ts';
import { Lineage } from '../../../shared/stream/lineage.ts';
import { type ParkingSteps, parkingProcessor } from '../../../shared/stream/parkingProcessor.ts';
import { type WorkOff, workOff } from '../../../shared/stream/workOff.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { changeOf } from '../../support/given/changes.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const AT = Date.parse('2026-02-01T10:00:00.000Z');
const change = (sequence: number, reviewId = 'a', at = AT): Change =>
  changeOf({ new: versionItem({ reviewId }), sequence: String(sequence), at });
const { key } = change(1);
const poison = new AfterwriteError('ITEM_MALFORMED', 'bad', { mend: 'x' });

/** A processor that notes what it commits, and for which some sequence numbers are poison. */
function given(...refused: number[]) {
  const state = memoryState();
  const bad = new Set(refused.map(String));
  const committed: string[] = [];
  const steps: ParkingSteps<string> = {
    name: 'looking',
    decide: ({ position: { sequence } }) => {
      if (bad.has(sequence)) throw poison;
      return sequence;
    },
    drop: () => [],
    commit: async (decided) => {
      committed.push(...decided.map(({ result }) => result));
      return [];
    },
  };
  const parked = async (): Promise<Parked[]> => {
    const found: Parked[] = [];
    for await (const one of listParked(state, 'looking')) found.push(one);
    return found;
  };
  return {
    state,
    steps,
    committed,
    mend: (...sequences: number[]) => sequences.forEach((sequence) => void bad.delete(String(sequence))),
    live: (...changes: Change[]) => parkingProcessor(steps, state, silentLog).process(changes),
    work: (options: Partial<WorkOff> = {}, store: StateStore = state) =>
      workOff(steps, { system: reviewer, state: store }, { how: 'redrive', key, by: 'me', ...options }),
    waiting: async () => (await parked()).map(({ position }) => position.sequence),
    parked,
  };
}

test('what is parked is redriven in order, the gate opens, and the item goes on', async () => {
  const { live, mend, work, committed, waiting, state } = given(9);
  await live(change(9), change(10), change(100));
  mend(9);
  expect(await work()).toEqual({ ended: 'opened', changes: 3 });
  await live(change(101));
  expect(committed).toEqual(['9', '10', '100', '101']);
  expect(await waiting()).toEqual([]);
  expect(await loadGates(state, 'looking')).toEqual(new Map());
});

test('what was redriven is left alone when its shard brings it again, also in another process', async () => {
  const { live, mend, work, committed } = given(9);
  await live(change(8), change(9), change(10));
  mend(9);
  await work();
  await live(change(8), change(9), change(10), change(11));
  expect(committed).toEqual(['8', '9', '10', '8', '11']);
});

test('a redrive stops at what is still poison: its reason is new, what came before it is done, what follows waits', async () => {
  const { live, mend, work, committed, parked, waiting } = given(9, 11);
  await live(change(9), change(10), change(11), change(12));
  mend(9);
  expect(await work()).toEqual({ ended: 'poison', changes: 2, poison });
  expect(committed).toEqual(['9', '10']);
  expect(await waiting()).toEqual(['11', '12']);
  expect((await parked())[0]).toMatchObject({ code: 'ITEM_MALFORMED', reason: 'bad' });
  mend(11);
  expect(await work({ by: 'another' })).toEqual({ ended: 'opened', changes: 2 });
});

test('what comes to wait while a redrive works is redriven too, before the gate opens', async () => {
  const { live, mend, work, committed, steps } = given(9);
  await live(change(9));
  mend(9);
  const { commit } = steps;
  let came = false;
  steps.commit = async (decided) => {
    if (!came) {
      came = true;
      await live(change(10));
    }
    return commit(decided);
  };
  expect(await work()).toEqual({ ended: 'opened', changes: 2 });
  expect(committed).toEqual(['9', '10']);
});

test('a change that comes to a gate just opened is not queued behind it: it is decided', async () => {
  const { live, mend, work, committed, steps, state, waiting } = given(9);
  await live(change(9));
  mend(9);
  let opened = false;
  const opening: StateStore = {
    ...state,
    put: async (records) => {
      await state.put(records);
      if (!opened) {
        opened = true;
        await work();
      }
    },
  };
  await parkingProcessor(steps, opening, silentLog).process([change(10)]);
  expect(committed).toEqual(['9', '10']);
  expect(await waiting()).toEqual([]);
});

test('while one works on a queue another is told so; from one that died it can be taken over, who then stops', async () => {
  const { live, mend, work, committed, steps } = given(9);
  await live(change(9), change(10));
  mend(9);
  const { commit } = steps;
  const outcomes: unknown[] = [];
  steps.commit = async (decided) => {
    steps.commit = commit;
    outcomes.push(await work({ by: 'second' }), await work({ by: 'third', takeOver: true }));
    return commit(decided);
  };
  outcomes.push(await work());
  expect(outcomes).toEqual([
    { ended: 'held', changes: 0 },
    { ended: 'opened', changes: 2 },
    { ended: 'lost', changes: 0 },
  ]);
  expect(committed).toEqual(['9', '10', '9']);
});

test('a signal stops between two changes, and lets the gate go', async () => {
  const { live, mend, work, steps } = given(9);
  await live(change(9), change(10));
  mend(9);
  const stop = new AbortController();
  const { commit } = steps;
  steps.commit = (decided) => {
    stop.abort();
    return commit(decided);
  };
  expect(await work({ signal: stop.signal })).toEqual({ ended: 'stopped', changes: 1 });
  expect(await work({ by: 'another' })).toEqual({ ended: 'opened', changes: 1 });
  expect(await work()).toEqual({ ended: 'open', changes: 0 });
});

test('an item that is poison again after a redrive closes its gate again; both stretches are remembered', async () => {
  const { live, mend, work, committed } = given(9, 20);
  await live(change(9));
  mend(9);
  await work();
  await live(change(20), change(21));
  await live(change(9), change(20));
  mend(20);
  expect(await work()).toEqual({ ended: 'opened', changes: 2 });
  await live(change(9), change(20), change(21));
  expect(committed).toEqual(['9', '20', '21']);
});

test('a gate that was opened is forgotten when the stream can not bring its changes any more, and not before', async () => {
  const { live, mend, work, state } = given(9);
  await live(change(9));
  mend(9);
  await work();
  await live(change(11, 'b', AT + PASSED_KEPT_MS));
  expect((await readGate(state, 'looking', key))?.state).toBe('open');
  await live(change(12, 'b', AT + PASSED_KEPT_MS + 1));
  expect(await readGate(state, 'looking', key)).toBeUndefined();
});

test('images of the largest items are parked whole', async () => {
  const { live, parked } = given(9);
  const noise = (length: number): string =>
    Array.from({ length }, () => String.fromCodePoint(0x4e00 + Math.floor(Math.random() * 20_000))).join('');
  const [old, now] = [versionItem({ error: noise(130_000) }), versionItem({ error: noise(130_000) })];
  await live(changeOf({ old, new: now, sequence: '9' }));
  expect((await parked())[0]?.record).toMatchObject({ old, new: now });
});

test('parking the same in two processes at once: one takes it, the other finds it there', async () => {
  const { state, waiting } = given();
  const parking = { poison, changes: [change(9), change(10)] };
  const outcomes = await Promise.all([1, 2].map(() => park(state, 'looking', undefined, parking)));
  expect(outcomes.filter(({ taken }) => taken)).toHaveLength(1);
  expect(await waiting()).toEqual(['9', '10']);
});

describe('statistics', () => {
  const sound = versionItem();
  const mended = versionItem({ stackId: 'storage' });
  const malformed = versionItem({ riskScore: 140 });

  /** What is counted of the one review, after these images followed each other, and the queue was dropped. */
  async function dropped(...images: (Attributes | undefined)[]) {
    const [state, table] = [memoryState(), new MemoryTable(reviewer.table, new TurnedClock())];
    const lineage = new Lineage(memoryStreamSource(table.stream));
    const processor = statisticsProcessor(reviewer, { table, state, lineage, log: silentLog });
    const changes = images
      .slice(1)
      .map((item, i) => changeOf({ old: images[i], new: item, sequence: String(10 + i), shard: 'shard-1' }));
    await processor.process(changes);
    const steps = statisticsSteps(reviewer, { table, state, lineage });
    const { key: at } = changeOf({ new: sound });
    const worked = await workOff(steps, { system: reviewer, state }, { how: 'drop', key: at, by: 'me' });
    const review = decodeAttributes(table.item({ pk: 'REVIEW#r1', sk: 'STATS' }) ?? {});
    return { worked, now: (review.now ?? undefined) as { stackId: string } | undefined };
  }

  test('a dropped item counts as it stands behind what was dropped', async () => {
    expect(await dropped(undefined, sound, malformed, mended)).toMatchObject({
      worked: { ended: 'opened', changes: 2 },
      now: { stackId: 'storage' },
    });
    expect((await dropped(undefined, sound, malformed, undefined)).now).toBeUndefined();
  });

  test('an item that stands there and can not be counted is not dropped', async () => {
    const { worked, now } = await dropped(undefined, sound, malformed);
    expect(worked).toMatchObject({ ended: 'poison', changes: 0, poison: { code: 'DROP_REFUSED' } });
    expect(now).toMatchObject({ stackId: 'network' });
  });
});
