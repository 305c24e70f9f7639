import { countUnknown } from '../../../processors/statistics/rebuild.ts';
import { type Attributes, decodeAttributes } from '../../../shared/model/attribute.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { systemClock } from '../../../shared/ports/clock.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { listUnknown } from '../../../shared/state/unknownGroups.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { readToTheEnd } from '../../support/given/reading.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';
import { statisticsOver } from '../../support/given/statistics.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { memoryState } from '../../support/memory/memoryState.ts';
import { memoryStreamSource } from '../../support/memory/memoryStreamSource.ts';
import { MemoryTable } from '../../support/memory/memoryTable.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

/** More than the values that a minimum keeps. */
const REVIEWS = 40;
const clock = new TurnedClock();
const table = new MemoryTable(reviewer.table, clock);
const state = memoryState();
const source = memoryStreamSource(table.stream);
const settled = (): Promise<void> =>
  readToTheEnd({
    source,
    state,
    processors: [statisticsOver(table, { state, source })],
    clock,
  });

const requestedAt = (n: number): string => `2026-02-01T10:00:${String(n).padStart(2, '0')}.000Z`;
const review = (n: number): Attributes => versionItem({ reviewId: `r${n}`, requestedAt: requestedAt(n) });
const first = (): unknown => decodeAttributes(table.item({ pk: 'STACK#network', sk: 'STATS' }) ?? {}).firstReviewedAt;

const stop = new AbortController();
const counted = (signal = new AbortController().signal): Promise<number> =>
  countUnknown(
    {
      system: reviewer,
      names: namesOf(reviewer, 'test'),
      table,
      state,
      archive: new MemoryArchive(),
      stream: async () => source,
    },
    { clock: systemClock, pause: async () => {}, log: silentLog, signal },
  );

test('a minimum that lost all of the values that it kept is unknown, is noted, and is counted anew', async () => {
  for (let n = 0; n < REVIEWS; n++) table.put(review(n));
  await settled();
  for (let n = 0; n < REVIEWS - 2; n++) table.remove({ pk: `REVIEW#r${n}`, sk: 'VERSION#1' });
  await settled();
  expect(first()).toBeNull();
  expect((await listUnknown(state)).has(JSON.stringify(['STACK#network', 'STATS']))).toBe(true);
  stop.abort();
  expect(await counted(stop.signal)).toBe(0);
  expect((await listUnknown(state)).size).toBeGreaterThan(0);
  expect(await counted()).toBeGreaterThan(0);
  expect(first()).toBe(requestedAt(REVIEWS - 2));
  expect([...(await listUnknown(state))]).toEqual([]);
  expect(await counted()).toBe(0);
});
