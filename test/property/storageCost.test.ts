import fc from 'fast-check';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import {
  GB,
  keepingCost,
  lifeCost,
  MONTH_DAYS,
  type Objects,
  payingBytes,
  restoringCost,
  restoringHours,
  type Stay,
  saving,
} from '../../shared/model/storageCost.ts';
import { US_EAST_1 } from '../../shared/model/storagePrices.ts';
import { archiveRules, COMPRESSION } from '../../shared/model/storageRules.ts';

const classes = fc.constantFrom('STANDARD', 'GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE');
const coldClasses = fc.constantFrom('GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE');
const objects: fc.Arbitrary<Objects> = fc.record({ count: fc.nat(10_000_000), bytes: fc.nat(2 ** 30) });
const stays: fc.Arbitrary<Stay> = fc
  .record({ storageClass: coldClasses, afterDays: fc.nat(400), more: fc.integer({ min: 1, max: 4_000 }) })
  .map(({ storageClass, afterDays, more }) => ({ storageClass, afterDays, lifeDays: afterDays + more }));
/** Sums of the same parts in another order. */
const ROUNDING = 1e-9;

test('more objects, larger ones and longer ones never cost less', () => {
  fc.assert(
    fc.property(objects, objects, classes, fc.nat(4_000), fc.nat(4_000), (a, b, storageClass, days, more) => {
      const cost = keepingCost(a, storageClass, days);
      const sum = { count: a.count + b.count, bytes: a.bytes + b.bytes };
      expect(keepingCost(sum, storageClass, days + more)).toBeGreaterThanOrEqual(cost);
      expect(cost).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('nothing is cheaper than its least stay and its least size', () => {
  fc.assert(
    fc.property(objects, coldClasses, fc.nat(400), ({ count, bytes }, storageClass, days) => {
      const { minimumDays, minimumBytes, storage } = US_EAST_1[storageClass];
      const least =
        ((count * Math.max(bytes, minimumBytes)) / GB) * storage * (Math.max(days, minimumDays) / MONTH_DAYS);
      expect(keepingCost({ count, bytes }, storageClass, days)).toBeGreaterThanOrEqual(least * (1 - ROUNDING));
    }),
  );
});

test('from the paying size on a move saves, and below it never', () => {
  fc.assert(
    fc.property(stays, fc.nat(2 ** 31), (stay, bytes) => {
      const least = payingBytes(stay);
      const saved = saving({ count: 1, bytes }, stay);
      if (least === undefined || bytes < least) expect(saved).toBeLessThanOrEqual(0);
      else expect(saved).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
});

test('a rule is refused where it costs more than Standard, and only there', () => {
  const segments = fc.integer({ min: 1, max: 512 * 1024 * 1024 });
  let refused = 0;
  fc.assert(
    fc.property(stays, segments, (stay, segmentBytes) => {
      const objects = { count: 1_000, bytes: Math.ceil(segmentBytes / COMPRESSION) };
      const standard = lifeCost(objects, { ...stay, storageClass: 'STANDARD' });
      const costsMore = lifeCost(objects, stay) >= standard;
      if (costsMore) refused++;
      const declare = () => archiveRules({ journal: stay, compaction: { segmentBytes } });
      if (costsMore) expect(declare).toThrow(/^archive\.journal\.storageClass: \w+ would cost more than it saves/);
      else expect(declare().journal).toEqual(stay);
    }),
    { numRuns: 1_000 },
  );
  expect(refused).toBeGreaterThan(0);
});

test('a faster tier of a class never costs less, and never takes longer', () => {
  fc.assert(
    fc.property(objects, fc.constantFrom('GLACIER', 'DEEP_ARCHIVE'), fc.nat(60), (some, storageClass, days) => {
      const tiers = (['Bulk', 'Standard', 'Expedited'] as const).filter(
        (tier) => restoringHours(storageClass, tier) !== undefined,
      );
      const costs = tiers.map((tier) => restoringCost(some, storageClass, { tier, days }) ?? Number.NaN);
      const hours = tiers.map((tier) => restoringHours(storageClass, tier) ?? Number.NaN);
      expect(costs).toEqual(costs.toSorted((a, b) => a - b));
      expect(hours).toEqual(hours.toSorted((a, b) => b - a));
    }),
  );
});

test('the known example: ten million objects of 1 KB cost 500 dollars to move, and then more a month than in Standard', () => {
  const small = { count: 10_000_000, bytes: 1_024 };
  const stay: Stay = { storageClass: 'DEEP_ARCHIVE', afterDays: 0, lifeDays: 3_650 };
  const afterTheMove = (lifeDays: number): number => lifeCost(small, { ...stay, lifeDays }) - 500;
  expect(afterTheMove(180)).toBeLessThan(15);
  expect(afterTheMove(3_650)).toBeGreaterThan(keepingCost(small, 'STANDARD', 3_650));
  expect(payingBytes(stay)).toBeGreaterThan(20_000);
  const whole = { count: 75, bytes: 128 * 1024 * 1024 };
  expect(lifeCost(whole, stay)).toBeLessThan(keepingCost(whole, 'STANDARD', 3_650) / 10);
});

test('what is refused says what it would cost, and from which size it would pay', () => {
  const declare = (lifeDays: number, segmentBytes: number) => () =>
    archiveRules({
      events: { storageClass: 'GLACIER', afterDays: 30, lifeDays },
      compaction: { segmentBytes },
    });
  const errorOf = (run: () => unknown): { message: string; mend: string } => {
    try {
      run();
    } catch (error) {
      if (isAfterwriteError(error, 'DECLARATION_WRONG')) return error;
    }
    throw new Error('it was taken');
  };
  const small = errorOf(declare(365, 8 * 10_000));
  expect(small.message).toBe(
    'archive.events.storageClass: GLACIER would cost more than it saves: 1,000 objects of 10,000 bytes, kept 365 days, cost $0.0002111 for 30 days in STANDARD + $0.03 for the move + $0.00351 for 335 days there = $0.03372, and $0.002569 in STANDARD',
  );
  expect(small.mend).toContain('objects of at least');
  const short = errorOf(declare(35, 64 * 1024 * 1024));
  expect(short.message).toContain('for 5 days there (billed as 90 days)');
  expect(short.mend).toContain('no size pays');
  expect(errorOf(declare(30, 64 * 1024 * 1024)).message).toContain('they would move after 30 days');
});
