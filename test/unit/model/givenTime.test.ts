import { givenTime, isoUtc } from '../../../shared/model/time.ts';

/* Tests run in a zone that is not UTC: jest.config.js. */

test.each([
  ['2026-02-01', '2026-02-01T00:00:00.000Z'],
  ['2026-02-01T09:00', '2026-02-01T09:00:00.000Z'],
  ['2026-02-01 09:00:30', '2026-02-01T09:00:30.000Z'],
  ['2026-02-01T09:00:30.5Z', '2026-02-01T09:00:30.500Z'],
  ['2026-02-01T09:00+02:00', '2026-02-01T07:00:00.000Z'],
])('%s is %s, wherever somebody types it', (text, utc) => {
  expect(new Date(0).getTimezoneOffset()).not.toBe(0);
  expect(isoUtc(givenTime(text) ?? Number.NaN)).toBe(utc);
});

test.each(['1', 'Feb 3', 'yesterday', '2026-02-31T25:00', '2026-13-01', '02/01/2026', ''])('"%s" is none', (text) => {
  expect(givenTime(text)).toBeUndefined();
});
