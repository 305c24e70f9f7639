import { isAfterwriteError } from '../../../shared/model/errors.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { countBy } from '../../../shared/model/measures/countBy.ts';
import { histogram } from '../../../shared/model/measures/histogram.ts';
import { MAX_ITEM_BYTES } from '../../../shared/model/size.ts';

const HOUR_S = 3600;

function refusal(declare: () => unknown): { message: string; mend: string } {
  try {
    declare();
  } catch (error) {
    if (isAfterwriteError(error, 'DECLARATION_WRONG')) return error;
    throw error;
  }
  throw new Error('the declaration was taken');
}

test('times to resolve: to the step, and on average to the second', () => {
  const measure = histogram(0, 30 * 24 * HOUR_S, { step: 600, percentiles: [50, 99] });
  const state = measure.apply(measure.empty, [], [599, 600, HOUR_S + 1, 24 * HOUR_S]);
  expect(measure.view(state)).toEqual({ count: 4, mean: 22_800, min: 0, max: 86_400, p50: 600, p99: 86_400 });
});

test('more buckets than an item holds: refused when it is declared, with the step that would do', () => {
  const { message, mend } = refusal(() => histogram(0, 86_400));
  expect(message).toContain('histogram(0, 86400, { step: 1 }): 86401 buckets, at most 10000');
  expect(mend).toContain('a step of 9 or more');
  histogram(0, 86_400, { step: 9 });
});

test('as many buckets as are allowed fit into an item, of the longest values and counts', () => {
  const measure = histogram(Number.MAX_SAFE_INTEGER - 9_999, Number.MAX_SAFE_INTEGER);
  const state = Object.fromEntries(
    [...Array(10_000).keys()].map((i) => [String(Number.MAX_SAFE_INTEGER - i), Number.MAX_SAFE_INTEGER]),
  );
  expect(Buffer.byteLength(JSON.stringify(measure.apply(state, [], [])))).toBeLessThan(MAX_ITEM_BYTES);
});

test.each([
  [() => histogram(5, 4)],
  [() => histogram(0.5, 4)],
  [() => histogram(0, 4, { step: 0 })],
  [() => histogram(0, 4, { percentiles: [99.9] })],
])('a range, a step or a percentile that is none: %s', (declare) => {
  expect(refusal(declare).mend).toContain('give whole numbers');
});

test('means of totals that no number holds are the nearest numbers', () => {
  const measure = histogram(Number.MAX_SAFE_INTEGER - 5, Number.MAX_SAFE_INTEGER);
  const state = measure.apply(
    measure.empty,
    [],
    [5, 3, 1].map((n) => Number.MAX_SAFE_INTEGER - n),
  );
  expect(measure.view(state).mean).toBe(Number.MAX_SAFE_INTEGER - 3);
});

test.each([
  ['histogram', () => histogram(0, 9).apply({}, [], [10])],
  ['histogram', () => histogram(0, 9).apply({}, [], [1.5])],
  ['count', () => count().apply(0, [], [0.5])],
  ['countBy', () => countBy().apply({}, [], [{ a: Number.NaN }])],
])('a %s refuses what it could not take back to the last bit', (kind, apply) => {
  expect(apply).toThrow(`a ${kind} `);
});
