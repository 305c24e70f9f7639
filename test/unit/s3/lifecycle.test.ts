import { dueOf, type LocalRule } from '../../../infra/local/s3/lifecycle.ts';

const DAY = 86_400_000;
const WRITTEN = Date.UTC(2026, 0, 1, 9);
const KB = 1024;

const rule = (more: Partial<LocalRule>): LocalRule => ({
  prefix: 'a/',
  largerThan: undefined,
  moves: [],
  expireDays: undefined,
  ...more,
});
const object = { key: 'a/1', size: 200 * KB, modifiedAt: WRITTEN, storageClass: 'STANDARD' };
const moves = [
  { days: 30, storageClass: 'GLACIER_IR' },
  { days: 90, storageClass: 'DEEP_ARCHIVE' },
];

test('a move and an end come at the midnight that follows their days', () => {
  const rules = [rule({ moves, expireDays: 400 })];
  const due = (time: number) => dueOf(object, rules, time);
  const midnight = (days: number) => Date.UTC(2026, 0, 2) + days * DAY;
  expect(due(midnight(30) - 1)).toBeUndefined();
  expect(due(midnight(30))).toEqual({ storageClass: 'GLACIER_IR' });
  expect(due(midnight(90))).toEqual({ storageClass: 'DEEP_ARCHIVE' });
  expect(due(midnight(400) - 1)).toEqual({ storageClass: 'DEEP_ARCHIVE' });
  expect(due(midnight(400))).toBe('gone');
});

test('without a size nothing under 128 KB moves; with one it is the size that counts', () => {
  const late = WRITTEN + 100 * DAY;
  const of = (size: number, largerThan?: number) => dueOf({ ...object, size }, [rule({ moves, largerThan })], late);
  expect(of(128 * KB - 1)).toBeUndefined();
  expect(of(128 * KB)).toEqual({ storageClass: 'DEEP_ARCHIVE' });
  expect(of(5 * KB, 5 * KB)).toBeUndefined();
  expect(of(5 * KB + 1, 5 * KB)).toEqual({ storageClass: 'DEEP_ARCHIVE' });
});

test('small objects end as well; others of the bucket stay; nothing gets warmer', () => {
  const late = WRITTEN + 1_000 * DAY;
  expect(dueOf({ ...object, size: 1 }, [rule({ expireDays: 1 })], late)).toBe('gone');
  expect(dueOf({ ...object, key: 'b/1' }, [rule({ moves, expireDays: 1 })], late)).toBeUndefined();
  const ir = [rule({ moves: [{ days: 0, storageClass: 'GLACIER_IR' }] })];
  expect(dueOf({ ...object, storageClass: 'GLACIER' }, ir, late)).toBeUndefined();
});
