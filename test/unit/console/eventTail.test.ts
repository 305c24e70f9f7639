import { gzipSync } from 'node:zlib';
import { EventTail, hoursToList } from '../../../infra/console/eventTail.ts';
import { RecentEvents } from '../../../infra/console/recentEvents.ts';
import { datasetPrefix, hourlyKey } from '../../../shared/archive/layout.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { startOfHour } from '../../../shared/model/time.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { envelopeOf } from '../../support/given/envelopes.ts';
import { FailingArchive } from '../../support/memory/failingArchive.ts';
import { MemoryArchive } from '../../support/memory/memoryArchive.ts';
import { RecordingArchive } from '../../support/memory/recordingArchive.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const names = namesOf(reviewer, 'tail');

function given() {
  const clock = new TurnedClock(Date.parse('2026-02-01T10:30:00.000Z'));
  const inner = new MemoryArchive();
  const failing = new FailingArchive(inner);
  const archive = new RecordingArchive(failing);
  const events = new RecentEvents({ events: 10_000, characters: 10_000_000 });
  const tail = new EventTail({ system: reviewer, names, archive }, clock, events);
  let written = 0;
  /** One object with one event. @param at epoch milliseconds of stream time */
  const archived = async (at = clock.now()): Promise<string> => {
    const n = ++written;
    const text = JSON.stringify(envelopeOf({ n }, { id: `e${n}`, sequence: String(n) }));
    const key = hourlyKey(
      datasetPrefix(reviewer, names, 'events'),
      startOfHour(at),
      String(n),
      String(n),
      'a'.repeat(64),
    );
    await inner.putIfAbsent(key, gzipSync(`${text}\n`));
    return key;
  };
  const listed = () => events.after(0, 10_000).rows.map(({ id }) => id);
  return { clock, archive, inner, failing, events, tail, archived, listed };
}

test('what was archived in the last day is told, and then what comes, each object read once', async () => {
  const { archive, tail, archived, listed, clock } = given();
  await archived(clock.now() - 25 * HOUR);
  await archived(clock.now() - 20 * HOUR);
  const today = await archived();
  expect(await tail.look()).toBe(2);
  expect(listed()).toEqual(['e2.1', 'e3.1']);
  await archived();
  archive.asked.clear();
  expect(await tail.look()).toBe(1);
  expect(listed()).toEqual(['e2.1', 'e3.1', 'e4.1']);
  expect([...archive.asked]).not.toContain(today);
});

test('of much that was archived before, the newest objects are told and the others never read', async () => {
  const { tail, archived, listed } = given();
  for (let n = 1; n <= 100; n++) await archived();
  await tail.look();
  expect([listed()[0], listed().length]).toEqual(['e41.1', 60]);
  await archived();
  await tail.look();
  expect(listed()).toHaveLength(61);
});

test('an object that is written after its hour is over is told all the same', async () => {
  const { clock, tail, archived, listed } = given();
  await tail.look();
  clock.advance(35 * MINUTE);
  await archived(clock.now() - 10 * MINUTE);
  await tail.look();
  expect(listed()).toEqual(['e1.1']);
});

test('what was archived while nobody watched is told when somebody does again', async () => {
  const { clock, tail, archived, listed } = given();
  await tail.look();
  clock.advance(3 * HOUR);
  await archived(clock.now() - 2 * HOUR);
  await tail.look();
  expect(listed()).toEqual(['e1.1']);
});

test('what could not be read is read the next time, and what could be is not told twice', async () => {
  const { failing, tail, archived, listed } = given();
  await tail.look();
  for (let n = 1; n <= 4; n++) await archived();
  for (let calls = 0; calls < 12; calls++) {
    failing.failAfter(calls, 'unsent');
    await tail.look().catch(() => {});
  }
  failing.failAfter(undefined, 'unsent');
  await tail.look();
  expect(listed()).toEqual(['e1.1', 'e2.1', 'e3.1', 'e4.1']);
});

test('an object that was compacted since it was listed stops nothing', async () => {
  const { inner, archive, tail, archived, listed } = given();
  const gone = await archived();
  await archived();
  const get = archive.get;
  archive.get = async (key, range) => {
    await inner.remove(gone);
    return get(key, range);
  };
  expect(await tail.look()).toBe(1);
  expect(listed()).toEqual(['e2.1']);
});

test('an object that is broken is told once, one that is cold not at all, and what follows is read', async () => {
  const { inner, tail, archived, listed } = given();
  const broken = await archived();
  await inner.move(await archived(), 'GLACIER');
  await archived();
  inner.damage(broken, new Uint8Array(9));
  await expect(tail.look()).rejects.toThrow(broken);
  await tail.look();
  expect(listed()).toEqual(['e3.1']);
});

test('the hours to list: a day at first, then since the last look, and the one before while it may still come late', () => {
  const at = (time: string): number => Date.parse(`2026-02-01T${time}:00.000Z`);
  const hours = (now: string, looked?: string): string[] =>
    hoursToList(at(now), looked === undefined ? undefined : at(looked)).map((ms) =>
      new Date(ms).toISOString().slice(8, 13),
    );
  expect(hours('10:30')).toHaveLength(24);
  expect([hours('10:30')[0], hours('10:30')[23]]).toEqual(['31T11', '01T10']);
  expect(hours('10:30', '10:29')).toEqual(['01T10']);
  expect(hours('10:05', '10:04')).toEqual(['01T09', '01T10']);
  expect(hours('10:05', '07:30')).toEqual(['01T07', '01T08', '01T09', '01T10']);
});
