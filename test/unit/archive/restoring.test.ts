import { compact } from '../../../processors/archive/compact.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { askForAll, coldAmong, coldSegments, restoreEstimate } from '../../../shared/archive/restoring.ts';
import { journalShelf } from '../../../shared/archive/shelf.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { restoringCost } from '../../../shared/model/storageCost.ts';
import { US_EAST_1 } from '../../../shared/model/storagePrices.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { changeOf } from '../../support/given/changes.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { FailingArchive } from '../../support/memory/failingArchive.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const START = Date.parse('2026-02-01T10:00:00.000Z');
const ask = { tier: 'Standard', days: 3 } as const;
const names = namesOf(reviewer, 'test');

/** A segment a day, all of them cold, and one that no manifest names. */
async function coldDays(days: number) {
  const clock = new TurnedClock(START);
  const memory = new MemoryArchive(clock);
  const archive = new FailingArchive(memory);
  const shelf = journalShelf(reviewer, names, archive);
  const processor = archiveProcessor(reviewer, names, { archive, state: memoryState() });
  for (let day = 1; day <= days; day++) {
    const change = changeOf({ new: versionItem({ version: day }), sequence: String(day), at: clock.now() });
    await processor.process([change]);
    clock.advance(DAY_MS);
    await compact(shelf, { segmentBytes: 1, patienceMs: 0, now: clock.now() });
  }
  for await (const { key } of archive.list(shelf.segments)) await archive.move(key, 'GLACIER');
  await archive.putIfAbsent(`${shelf.segments}dt=2026-02-01/orphan`, new Uint8Array([1]), { storageClass: 'GLACIER' });
  return { archive, shelf, clock };
}

test('segments that count are found by their hours, with what they cost', async () => {
  const { shelf } = await coldDays(4);
  const all = await coldSegments(shelf);
  expect(all.map(({ readability }) => readability.state)).toEqual(['cold', 'cold', 'cold', 'cold']);
  const some = await coldSegments(shelf, { from: START + DAY_MS, until: START + 3 * DAY_MS });
  expect(some.map(({ key }) => key)).toEqual([all[1]?.key, all[2]?.key]);
  const bytes = some.reduce((sum, object) => sum + object.bytes, 0);
  const estimate = restoreEstimate(some, ask, US_EAST_1);
  expect(estimate).toMatchObject({ objects: 2, bytes, hours: 5 });
  expect(estimate.dollars).toBeCloseTo(restoringCost({ count: 2, bytes: bytes / 2 }, 'GLACIER', ask) ?? 0, 12);
});

test('asked for, on their way, readable; asking again asks for nothing, but for more days', async () => {
  const { archive, shelf, clock } = await coldDays(2);
  await askForAll(archive, await coldSegments(shelf), ask, clock.now());
  const coming = await coldSegments(shelf);
  expect(coming.map(({ readability }) => readability.state)).toEqual(['restoring', 'restoring']);
  expect(restoreEstimate(coming, ask, US_EAST_1)).toEqual({ objects: 0, bytes: 0, dollars: 0, hours: 12 });
  await askForAll(archive, coming, ask, clock.now());
  clock.advance(5 * HOUR_MS);
  const there = await coldSegments(shelf);
  expect(restoreEstimate(there, ask, US_EAST_1)).toEqual({ objects: 0, bytes: 0, dollars: 0, hours: 0 });
  const untilOf = (objects: typeof there) =>
    objects.map(({ readability }) => (readability.state === 'restored' ? readability.until : 0));
  await askForAll(archive, there, ask, clock.now());
  expect(untilOf(await coldSegments(shelf))).toEqual(untilOf(there));
  await askForAll(archive, there, { ...ask, days: 9 }, clock.now());
  for (const until of untilOf(await coldSegments(shelf))) expect(until).toBeGreaterThan(Math.max(...untilOf(there)));
});

test('killed at any call, the same again asks for the rest', async () => {
  for (let calls = 0; ; calls++) {
    const { archive, shelf, clock } = await coldDays(3);
    archive.failAfter(calls, calls % 2 === 0 ? 'unsent' : 'unanswered');
    const restore = async (): Promise<void> => askForAll(archive, await coldSegments(shelf), ask, clock.now());
    await restore().catch((error: unknown) => expect(error).toMatchObject({ code: 'THROTTLED' }));
    const isOver = archive.isPending;
    archive.failAfter(undefined, 'unsent');
    await restore();
    clock.advance(5 * HOUR_MS);
    const states = (await coldSegments(shelf)).map(({ readability }) => readability.state);
    expect(states).toEqual(['restored', 'restored', 'restored']);
    if (isOver) return;
  }
});

test('Expedited is refused for DEEP_ARCHIVE, with what to use; warm objects are not asked for', async () => {
  const archive = new MemoryArchive();
  await archive.putIfAbsent('b/deep', new Uint8Array([1]), { storageClass: 'DEEP_ARCHIVE' });
  await archive.putIfAbsent('b/warm', new Uint8Array([1]), { storageClass: 'GLACIER_IR' });
  const objects = await coldAmong(archive, archive.list('b/'));
  expect(objects.map(({ key }) => key)).toEqual(['b/deep']);
  expect(() => restoreEstimate(objects, { tier: 'Expedited', days: 1 }, US_EAST_1)).toThrow(
    'DEEP_ARCHIVE does not come back by the tier Expedited',
  );
});
