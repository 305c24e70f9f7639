import fc from 'fast-check';
import { amount, bytes, duration, rate, words } from '../../../infra/console/page/format.ts';
import { windowOf } from '../../../infra/console/page/window.ts';

const ROW = 52;

test('whatever is in sight is drawn, and never more than fits and some besides', () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.nat(2_000_000), fc.integer({ min: 1, max: 3_000 }), (rows, scrolled, height) => {
      const top = Math.min(scrolled, Math.max(0, rows * ROW - height));
      const { first, last } = windowOf({ rows, row: ROW, top, height, besides: 6 });
      expect(first).toBeGreaterThanOrEqual(0);
      expect(last).toBeLessThanOrEqual(rows);
      expect(last - first).toBeLessThanOrEqual(Math.ceil(height / ROW) + 1 + 12);
      for (const y of [top, Math.min(top + height, rows * ROW) - 1]) {
        const row = Math.floor(y / ROW);
        if (rows > 0 && y >= 0) expect(row >= first && row < last).toBe(true);
      }
    }),
  );
});

test('numbers and times read the same everywhere', () => {
  expect([rate(0), rate(0.42), rate(12.6), rate(4_321)]).toEqual(['0', '0.4', '13', '4,321']);
  expect([amount(null), amount(3), amount(3.1449), amount(1_234.5)]).toEqual(['–', '3', '3.14', '1,235']);
  expect([bytes(0), bytes(999), bytes(1_500), bytes(2_340_000)]).toEqual(['0 B', '999 B', '1.5 KB', '2.3 MB']);
  expect([duration(4.2), duration(61), duration(7_500), duration(86_351), duration(400_000)]).toEqual([
    '4 s',
    '1 min',
    '2 h 5 min',
    '23 h 59 min',
    '4 days',
  ]);
  expect([words('lastReviewedAt'), words('bySeverity'), words('risk p90')]).toEqual([
    'last reviewed at',
    'by severity',
    'risk p90',
  ]);
});
