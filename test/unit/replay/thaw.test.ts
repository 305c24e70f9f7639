import { eventShelf } from '../../../events/archived.ts';
import { compact } from '../../../processors/archive/compact.ts';
import { journalFeed } from '../../../processors/replay/feed.ts';
import { compareShadow } from '../../../processors/replay/shadow.ts';
import { waitForAll } from '../../../processors/replay/thaw.ts';
import { journalShelf } from '../../../shared/archive/shelf.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { cancelReplay, readReplay } from '../../../shared/state/replays.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { archiveReviews } from '../../support/given/archivedReviews.ts';
import { idsOf, names, REPLAY, replay } from '../../support/given/replaying.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { MemoryTarget } from '../../support/memory/memoryTarget.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const NOW = Date.parse('2026-02-03T10:00:00.000Z');

let state: StateStore;
let archive: MemoryArchive;
let target: MemoryTarget;
beforeEach(async () => {
  state = memoryState();
  archive = new MemoryArchive();
  target = new MemoryTarget();
  await archiveReviews(archive, names, { reviews: 3, batches: 8, each: 5 });
  await compact(eventShelf(reviewer, names, archive), { segmentBytes: 1, patienceMs: 0, now: NOW });
  for await (const { key } of archive.list('v1/segments/')) await archive.move(key, 'GLACIER');
});

test('everything cold is asked for at once, the replay waits, and goes on by itself', async () => {
  const waiting: number[] = [];
  let pauses = 0;
  const pause = async (): Promise<void> => {
    expect(await readReplay(state, REPLAY)).toMatchObject({ state: 'waiting', sent: 0 });
    if (++pauses === 3) archive.finishRestores();
  };
  const onWaiting = (objects: number): void => void waiting.push(objects);
  const ended = await replay({ archive, state, target, pause, onWaiting }, 'a');
  expect(ended).toMatchObject({ state: 'done', sent: 40 });
  expect(waiting.length).toBe(3);
  expect(waiting[0]).toBeGreaterThan(1);
  expect(new Set(idsOf(target.envelopes)).size).toBe(40);
});

test('stopped while it waits, it waits on', async () => {
  const controller = new AbortController();
  const stopping = async (): Promise<void> => controller.abort();
  const stopped = await replay({ archive, state, target, pause: stopping, signal: controller.signal }, 'a');
  expect(stopped).toMatchObject({ state: 'stopped', sent: 0 });
  const pause = async (): Promise<void> => archive.finishRestores();
  expect(await replay({ archive, state, target, pause }, 'b')).toMatchObject({ state: 'done', sent: 40 });
});

test('cancelled while it waits, it ends', async () => {
  const pause = async (): Promise<void> => void (await cancelReplay(state, REPLAY, { by: 'x', now: 1 }));
  expect(await replay({ archive, state, target, pause }, 'a')).toMatchObject({ state: 'cancelled', sent: 0 });
  expect(target.portions).toEqual([]);
});

test('what is not part of the selection is not restored', async () => {
  const pause = async (): Promise<void> => {
    throw new Error('it waits');
  };
  const asked = { selection: { types: ['IssueRecurring'] } };
  expect(await replay({ archive, state, target, pause }, 'a', asked)).toMatchObject({ state: 'done', sent: 0 });
});

test('a cold journal is waited for, and then the shadow of the statistics reads it', async () => {
  const journal = journalShelf(reviewer, names, archive);
  await compact(journal, { segmentBytes: 1, patienceMs: 0, now: NOW });
  for await (const { key } of archive.list(journal.segments)) await archive.move(key, 'DEEP_ARCHIVE');
  const table = new MemoryTable(reviewer.table, new TurnedClock());
  const compare = () => compareShadow(reviewer, names, { archive, state, table });
  await expect(compare()).rejects.toMatchObject({ code: 'ARCHIVE_COLD' });
  const waiting: number[] = [];
  const ports = {
    feed: journalFeed(reviewer, names, archive),
    clock: new TurnedClock(),
    pause: async () => archive.finishRestores(),
    signal: new AbortController().signal,
    onWaiting: (objects: number) => void waiting.push(objects),
  };
  expect(await waitForAll(ports, { tier: 'Standard', days: 1 }, undefined)).toBe(true);
  expect(waiting).toHaveLength(1);
  const shadow = await compare();
  expect(shadow.changes).toBe(40);
  // Nothing keeps statistics here: all that the shadow has is missing in the table.
  expect(shadow.drifts.length).toBeGreaterThan(0);
});
