import fc from 'fast-check';
import { dayOf, hourOf, isoUtc, monthOf, timestamp } from '../../shared/model/time.ts';

const FIRST = Date.parse('0000-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const leapDays = ['0000-02-29', '1600-02-29', '1970-01-01', '2000-02-29', '2024-02-29', '2100-02-28', '2400-02-29'];
const moments = fc
  .oneof(
    fc.integer({ min: FIRST, max: LAST }),
    fc
      .tuple(fc.constantFrom(...leapDays), fc.integer({ min: -DAY_MS, max: 2 * DAY_MS }))
      .map(([day, ms]) => Date.parse(day) + ms),
    fc.constantFrom(FIRST, LAST),
  )
  .filter((ms) => ms >= FIRST && ms <= LAST);

const nextMonth = (ms: number): number => new Date(ms).setUTCMonth(new Date(ms).getUTCMonth() + 1);

test.each([
  ['hour', hourOf, ':00:00.000Z', (start: number) => start + HOUR_MS],
  ['day', dayOf, 'T00:00:00.000Z', (start: number) => start + DAY_MS],
  ['month', monthOf, '-01T00:00:00.000Z', nextMonth],
] as const)('a moment lies in its %s, from the start to before the next', (_, bucketOf, rest, next) => {
  fc.assert(
    fc.property(moments, (ms) => {
      const start = Date.parse(`${bucketOf(isoUtc(ms))}${rest}`);
      expect(start).toBeLessThanOrEqual(ms);
      expect(ms).toBeLessThan(next(start));
    }),
    { numRuns: 1000 },
  );
});

test('buckets sort by time, and the shorter are starts of the longer', () => {
  fc.assert(
    fc.property(moments, moments, (a, b) => {
      const [early, late] = [isoUtc(Math.min(a, b)), isoUtc(Math.max(a, b))];
      for (const bucketOf of [hourOf, dayOf, monthOf]) expect(bucketOf(early) <= bucketOf(late)).toBe(true);
      expect(hourOf(early).startsWith(dayOf(early)) && dayOf(early).startsWith(monthOf(early))).toBe(true);
    }),
  );
});

test('a year has 366 days where it is a leap year, in twelve months', () => {
  const daysIn = (year: number): Set<string> => {
    const days = new Set<string>();
    for (let ms = Date.UTC(year, 0, 1); new Date(ms).getUTCFullYear() === year; ms += 6 * HOUR_MS)
      days.add(dayOf(isoUtc(ms)));
    return days;
  };
  expect([1900, 2000, 2023, 2024, 2100].map((year) => daysIn(year).size)).toEqual([365, 366, 365, 366, 365]);
  expect(new Set([...daysIn(2024)].map(monthOf)).size).toBe(12);
  expect(daysIn(2024)).toContain('2024-02-29');
});

test('what would not sort is no timestamp: other years, other precision, days that are none', () => {
  const takes = (text: string): boolean => timestamp().safeParse(text).success;
  fc.assert(fc.property(moments, (ms) => takes(isoUtc(ms))));
  for (const text of [
    isoUtc(LAST + 1),
    isoUtc(FIRST - 1),
    '2024-02-30T00:00:00.000Z',
    '2023-02-29T00:00:00.000Z',
    '2024-01-01T00:00:00Z',
  ])
    expect(takes(text)).toBe(false);
});
