import { max, min } from '../../../shared/model/measures/extreme.ts';

const upTo = (n: number): number[] => [...Array(n).keys()];

test.each([
  ['32 where nothing is said', max<number>(), 32],
  ['as many as are said', max<number>({ keep: 5 }), 5],
])('the best values that are kept can be taken back: %s', (_, measure, kept) => {
  let state = measure.apply(measure.empty, [], upTo(100));
  for (const value of upTo(100).reverse().slice(0, kept)) {
    expect(measure.view(state)).toBe(value);
    expect(measure.isUnknown?.(state)).toBe(false);
    state = measure.apply(state, [value], []);
  }
  expect(measure.view(state)).toBeNull();
  expect(measure.isUnknown?.(state)).toBe(true);
  expect(measure.isEmpty(state)).toBe(false);
});

test('unknown, it is known again by a better value, and empty when all is taken back', () => {
  const measure = min<string>({ keep: 1 });
  const unknown = measure.apply(measure.apply(measure.empty, [], ['b', 'c']), ['b'], []);
  expect([measure.view(unknown), measure.isUnknown?.(unknown)]).toEqual([null, true]);
  expect(measure.view(measure.apply(unknown, [], ['d']))).toBeNull();
  expect(measure.view(measure.apply(unknown, [], ['a']))).toBe('a');
  expect(measure.isEmpty(measure.apply(unknown, ['c'], []))).toBe(true);
});

test('what is taken back makes room for what comes with it', () => {
  const measure = max<number>({ keep: 2 });
  let state = measure.apply(measure.empty, [], [1, 2]);
  for (const n of upTo(50)) state = measure.apply(state, [n + 1], [n + 3]);
  expect([measure.view(state), measure.view(measure.apply(state, [52], []))]).toEqual([52, 51]);
});

test('no two values stand for two others: what is gone is known by a sum of all that are not kept', () => {
  const measure = min<number>({ keep: 1 });
  const sums = new Map<string, string>();
  const values = upTo(121).map((n) => n - 60);
  for (const [i, a] of values.entries())
    for (const b of values.slice(i)) {
      const sum = JSON.stringify(measure.essence?.(measure.apply(measure.empty, [], [a, b])));
      expect([sums.get(sum), a, b]).toEqual([undefined, a, b]);
      sums.set(sum, `${a} and ${b}`);
    }
});

test('one that keeps nothing is refused when it is declared', () => {
  expect(() => min({ keep: 0 })).toThrow('min({ keep: 0 }): it must keep a value');
});
