import { mayBeApart, tickTexts } from '../../../infra/console/page/timeTicks.ts';

const seconds = (iso: string): number => Date.parse(iso) / 1_000;
const HOUR = 3_600;
const DAY = 24 * HOUR;

test('one day has no ticks at its hours, hours have', () => {
  expect(mayBeApart([seconds('2026-11-22')])[0]).toBe(DAY);
  expect(mayBeApart([seconds('2026-11-22'), seconds('2026-11-23')])[0]).toBe(DAY);
  expect(mayBeApart([seconds('2026-11-22'), seconds('2026-11-22T05:00Z')])[0]).toBe(HOUR);
});

test('a tick says what tells it from the next', () => {
  const tick = [seconds('2026-11-22T05:00Z')];
  expect([6 * HOUR, DAY, 30 * DAY].map((apart) => tickTexts(tick, apart))).toEqual([
    ['11-22 05:00'],
    ['2026-11-22'],
    ['2026-11'],
  ]);
});
