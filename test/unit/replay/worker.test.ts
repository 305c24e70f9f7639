import { eventShelf } from '../../../events/archived.ts';
import { compact } from '../../../processors/archive/compact.ts';
import { envelopeFeed } from '../../../processors/replay/feed.ts';
import { takeReplay } from '../../../processors/replay/ledger.ts';
import { runReplay } from '../../../processors/replay/run.ts';
import { sourceOf } from '../../../processors/replay/source.ts';
import { continueReplays } from '../../../processors/replay/worker.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import type { Pause } from '../../../shared/ports/pause.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { createReplay, type Replay, readReplay } from '../../../shared/state/replays.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { archiveReviews } from '../../support/given/archivedReviews.ts';
import { idsOf, names, REPLAY, replayOf } from '../../support/given/replaying.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { MemoryTarget } from '../../support/memory/memoryTarget.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const MINUTE_MS = 60_000;

let state: StateStore;
let archive: MemoryArchive;
let target: MemoryTarget;
let clock: TurnedClock;
beforeEach(async () => {
  state = memoryState();
  archive = new MemoryArchive();
  target = new MemoryTarget();
  clock = new TurnedClock(Date.parse('2026-02-03T10:00:00.000Z'));
  await archiveReviews(archive, names, { reviews: 3, batches: 4, each: 5 });
});

/** Nobody pays for waiting. */
const pause: Pause = async (ms, signal) => {
  if (!signal.aborted) throw new Error(`it waits for ${ms} ms`);
};

/** One invocation of the worker. @param portions after which its time is over */
async function invoke(portions = Number.POSITIVE_INFINITY): Promise<number> {
  const late = new AbortController();
  const until = target.portions.length + portions;
  target.onPortion = () => {
    if (target.portions.length >= until) late.abort();
  };
  let ids = 0;
  const newId = (): string => `worker-${clock.now()}-${ids++}`;
  return continueReplays({ state, clock, log: silentLog, signal: late.signal, newId, open });
}

function open(replay: Replay) {
  const feed = envelopeFeed(sourceOf(reviewer, names, archive, replay));
  return {
    run: (...[ledger, turns]: Parameters<ReturnType<Parameters<typeof continueReplays>[0]['open']>['run']>) =>
      runReplay(ledger, { ...turns, feed, target, clock, pause }),
  };
}

const handOver = (fields: Partial<Replay> = {}) => createReplay(state, replayOf({ nextAt: clock.now(), ...fields }));
const stored = (id = REPLAY) => readReplay(state, id);

test('what one invocation has no time for, the next goes on with, and nothing is sent twice', async () => {
  await handOver();
  expect(await invoke(1)).toBe(1);
  expect(await stored()).toMatchObject({ state: 'running', sent: 5, nextAt: clock.now() });
  await invoke(2);
  expect(await stored()).toMatchObject({ state: 'running', sent: 15 });
  await invoke();
  expect(await stored()).toMatchObject({ state: 'done', sent: 20 });
  expect(new Set(idsOf(target.envelopes)).size).toBe(20);
  expect(target.envelopes).toHaveLength(20);
  expect(await invoke()).toBe(0);
});

test('one in the hand of a person is none of its business, also one that was taken back', async () => {
  await createReplay(state, replayOf());
  expect(await invoke()).toBe(0);
  await handOver({ id: 'handed' });
  await takeReplay(state, 'handed', 'a person');
  expect(await invoke()).toBe(0);
  expect(target.portions).toEqual([]);
});

test('cold objects are asked for, and not waited for', async () => {
  await compact(eventShelf(reviewer, names, archive), { segmentBytes: 1, patienceMs: 0, now: clock.now() });
  for await (const { key } of archive.list('v1/segments/')) await archive.move(key, 'GLACIER');
  await handOver();
  await invoke();
  expect(await stored()).toMatchObject({ state: 'waiting', sent: 0, nextAt: clock.now() + 10 * MINUTE_MS });
  clock.advance(MINUTE_MS);
  expect(await invoke()).toBe(0);
  archive.finishRestores();
  clock.advance(9 * MINUTE_MS);
  await invoke();
  expect(await stored()).toMatchObject({ state: 'done', sent: 20 });
});

test('what fails in passing is tried again a minute later, and the reason is told until then', async () => {
  await handOver();
  const down = new AfterwriteError('PUBLISH_FAILED', 'the bus is down', { retry: true, mend: 'wait' });
  target.send = async () => {
    throw down;
  };
  await invoke();
  const nextAt = clock.now() + MINUTE_MS;
  expect(await stored()).toMatchObject({
    state: 'running',
    sent: 0,
    nextAt,
    reason: 'PUBLISH_FAILED: the bus is down',
  });
  target = new MemoryTarget();
  expect(await invoke()).toBe(0);
  clock.advance(MINUTE_MS);
  await invoke();
  expect(await stored()).toMatchObject({ state: 'done', sent: 20 });
  expect((await stored()).reason).toBeUndefined();
});

test('what no retry mends stops one replay, and no other', async () => {
  await handOver({ id: 'refused', nextAt: clock.now() - 1 });
  await handOver({ id: 'later' });
  const send = target.send.bind(target);
  target.send = async (envelopes) => {
    if (envelopes[0]?.metadata.replay?.id !== 'refused') return send(envelopes);
    throw new AfterwriteError('PUBLISH_REFUSED', 'it is not taken', { mend: 'look at it' });
  };
  await handOver({ id: 'unopened', nextAt: clock.now() - 2 });
  const late = new AbortController();
  await continueReplays({
    state,
    clock,
    log: silentLog,
    signal: late.signal,
    newId: () => 'worker',
    open: (replay) => {
      if (replay.id === 'unopened') throw new AfterwriteError('USAGE', 'it goes to no file', { mend: 'give a bus' });
      return open(replay);
    },
  });
  const states = await Promise.all(['unopened', 'refused', 'later'].map(async (id) => (await stored(id)).state));
  expect(states).toEqual(['stopped', 'stopped', 'done']);
  expect(await stored('unopened')).toMatchObject({ reason: 'USAGE: it goes to no file' });
});

test('a cancelled one ends after the portion at hand', async () => {
  await handOver();
  await invoke(1);
  await state.put([{ ...(await state.get('REPLAY', REPLAY)), pk: 'REPLAY', sk: REPLAY, state: 'cancelled' }]);
  expect(await invoke()).toBe(0);
  expect(target.envelopes).toHaveLength(5);
});
