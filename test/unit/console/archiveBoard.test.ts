import { ArchiveBoard } from '../../../infra/console/archiveBoard.ts';
import { namesOf } from '../../../shared/model/names.ts';
import type { StorageClass } from '../../../shared/model/retention.ts';
import type { ArchiveStore } from '../../../shared/ports/archiveStore.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { RecordingArchive } from '../../support/memory/recordingArchive.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const HOUR = 3_600_000;
const names = namesOf(reviewer, 'board');
const ROOT = `v1/journal/reviewer/board/_/${names.table}/`;

function given() {
  const clock = new TurnedClock();
  const archive = new MemoryArchive(clock);
  const boardOf = (over: ArchiveStore = archive) => new ArchiveBoard({ system: reviewer, names, archive: over }, clock);
  const put = async (day: string, storageClass: StorageClass, ...sizes: number[]): Promise<string[]> => {
    const keys = sizes.map((bytes, i) => `${ROOT}dt=${day}/hh=09/${storageClass}-${i}-${bytes}.ndjson.gz`);
    for (const [i, key] of keys.entries())
      await archive.putIfAbsent(key, new Uint8Array(sizes[i] ?? 0), { storageClass });
    return keys;
  };
  return { clock, archive, boardOf, put };
}

test('objects and bytes are added up by day, dataset and class, the newest day first', async () => {
  const { archive, boardOf, put } = given();
  await put('2026-01-30', 'STANDARD', 10, 20);
  await put('2026-01-31', 'STANDARD', 1);
  await put('2026-01-31', 'GLACIER_IR', 2, 3);
  await archive.putIfAbsent(ROOT.replace('journal', 'events').concat('dt=2026-01-31/hh=09/e'), new Uint8Array(7));
  const { cells, readAt } = await boardOf().told();
  expect(readAt).toBe('2026-02-01T10:00:00.000Z');
  expect(
    cells.map(({ day, dataset, storageClass, objects, bytes }) => [day, dataset, storageClass, objects, bytes]),
  ).toEqual([
    ['2026-01-31', 'journal', 'GLACIER_IR', 2, 5],
    ['2026-01-31', 'journal', 'STANDARD', 1, 1],
    ['2026-01-31', 'events', 'STANDARD', 1, 7],
    ['2026-01-30', 'journal', 'STANDARD', 2, 30],
  ]);
});

test('what is cold can be read only once its restoring is over, and is told so in between', async () => {
  const { clock, archive, boardOf, put } = given();
  const [asked = '', ready = ''] = await put('2026-01-31', 'GLACIER', 1, 2, 3);
  await archive.restore(ready, { tier: 'Standard', days: 7 });
  archive.finishRestores();
  await archive.restore(asked, { tier: 'Standard', days: 7 });
  const board = boardOf();
  expect((await board.told()).cells).toMatchObject([
    { objects: 3, states: { readable: 1, restoring: 1, cold: 1, unknown: 0 } },
  ]);
  clock.advance(6 * HOUR);
  expect((await board.told()).cells).toMatchObject([{ states: { readable: 2, restoring: 0, cold: 1, unknown: 0 } }]);
});

test('nobody asks for each of very many cold ones: of the rest it is told that nobody knows', async () => {
  const { archive, boardOf, put } = given();
  await put('2026-01-31', 'DEEP_ARCHIVE', ...Array.from({ length: 600 }, (_, i) => i));
  const asking = new RecordingArchive(archive);
  let asked = 0;
  asking.readability = (key) => {
    asked++;
    return archive.readability(key);
  };
  const { cells } = await boardOf(asking).told();
  expect(asked).toBe(500);
  expect(cells).toMatchObject([{ objects: 600, states: { cold: 500, unknown: 100 } }]);
});

test('a cold object that went since it was listed is not there, and stops nothing', async () => {
  const { archive, boardOf, put } = given();
  const [gone = ''] = await put('2026-01-31', 'GLACIER', 5, 8);
  const [alone = ''] = await put('2026-01-30', 'GLACIER', 9);
  const moving = new RecordingArchive(archive);
  moving.readability = async (key) => {
    for (const one of [gone, alone]) await archive.remove(one);
    return archive.readability(key);
  };
  expect((await boardOf(moving).told()).cells).toMatchObject([
    { day: '2026-01-31', objects: 1, bytes: 8, states: { cold: 1 } },
  ]);
});
