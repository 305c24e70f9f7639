import { type Ledger, takeReplay } from '../../../processors/replay/ledger.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { cancelReplay, createReplay, listReplays, readReplay } from '../../../shared/state/replays.ts';
import { archiveReviews } from '../../support/given/archivedReviews.ts';
import { idsOf, names, REPLAY, replay, replayOf } from '../../support/given/replaying.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { MemoryTarget } from '../../support/memory/memoryTarget.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

let state: StateStore;
let archive: MemoryArchive;
let target: MemoryTarget;
beforeEach(async () => {
  state = memoryState();
  archive = new MemoryArchive();
  target = new MemoryTarget();
  await archiveReviews(archive, names, { reviews: 3, batches: 4, each: 5 });
});

test('what was asked for is stored, and read again as it was', async () => {
  const asked = replayOf({
    selection: { from: '2026-01-01T00:00:00.000Z', types: ['ReviewFailed'], key: 'REVIEW#a/VERSION#1' },
    target: { kind: 'http', url: 'https://example.com/', secretFrom: 'HOOK_TOKEN' },
    rate: 20,
    total: 7,
  });
  await createReplay(state, asked);
  expect(await readReplay(state, REPLAY)).toEqual(asked);
  await createReplay(state, replayOf({ id: 'earlier', startedAt: 0 }));
  expect((await listReplays(state)).map(({ id }) => id)).toEqual(['earlier', REPLAY]);
  await expect(createReplay(state, { ...asked, by: 'another' })).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(readReplay(state, 'none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a cancelled one stops after the portion at hand, which is counted, and never goes on', async () => {
  target.onPortion = async () => {
    if (target.portions.length === 2) await cancelReplay(state, REPLAY, { by: 'someone', now: 9 });
  };
  expect(await replay({ archive, state, target }, 'a')).toMatchObject({ state: 'cancelled', sent: 10, endedAt: 9 });
  expect(target.envelopes).toHaveLength(10);
  expect(await readReplay(state, REPLAY)).toMatchObject({ state: 'cancelled', sent: 10 });
  await expect(takeReplay(state, REPLAY, 'b')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringMatching(/cancelled/),
  });
  expect(await cancelReplay(state, REPLAY, { by: 'again', now: 10 })).toMatchObject({ state: 'cancelled', endedAt: 9 });
});

test('stopped by a signal, it goes on where it was', async () => {
  const controller = new AbortController();
  target.onPortion = () => controller.abort();
  const stopped = await replay({ archive, state, target, signal: controller.signal }, 'a');
  expect(stopped).toMatchObject({ state: 'stopped', sent: 5 });
  expect(await replay({ archive, state, target }, 'b')).toMatchObject({ state: 'done', sent: 20 });
  expect(new Set(idsOf(target.envelopes)).size).toBe(20);
  expect(target.envelopes).toHaveLength(20);
});

test('a failing target stops it with the reason, and the reason goes once it goes on', async () => {
  target.onPortion = () => {
    throw new TypeError('nope');
  };
  await expect(replay({ archive, state, target }, 'a')).rejects.toThrow('nope');
  expect(await readReplay(state, REPLAY)).toMatchObject({ state: 'stopped', reason: 'TypeError', sent: 0 });
  target.onPortion = () => {};
  expect(await replay({ archive, state, target }, 'b')).toMatchObject({ state: 'done', sent: 20 });
  expect((await readReplay(state, REPLAY)).reason).toBeUndefined();
});

test('of two who run it the one who was taken over stops, and undoes nothing', async () => {
  let second: Ledger | undefined;
  target.onPortion = async () => {
    if (target.portions.length === 1) second = await takeReplay(state, REPLAY, 'b');
  };
  await expect(replay({ archive, state, target }, 'a')).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(target.envelopes).toHaveLength(5);
  expect(await readReplay(state, REPLAY)).toMatchObject({ state: 'running', sent: 0, by: 'b' });
  expect(await second?.save({ sent: 5 })).toBe(true);
});

test('a rate is kept over the whole, and in small portions', async () => {
  const clock = new TurnedClock();
  const began = clock.now();
  target = new MemoryTarget(100);
  target.onPortion = () => clock.advance(30);
  const pause = async (ms: number): Promise<void> => clock.advance(ms);
  await replay({ archive, state, target, clock, pause }, 'a', { rate: 20 });
  expect(target.portions.map((portion) => portion.length)).toEqual(Array.from({ length: 10 }, () => 2));
  expect(clock.now() - began).toBe(1_000);
});
