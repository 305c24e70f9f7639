import { canonical } from '../../../shared/model/canonical.ts';

test('the order of names makes no difference, that of a list does', () => {
  expect(canonical({ b: 1, a: { d: [1, 2], c: null } })).toBe(canonical({ a: { c: null, d: [1, 2] }, b: 1 }));
  expect(canonical([1, 2])).not.toBe(canonical([2, 1]));
  expect(canonical({ a: undefined })).toBe('{}');
});

test('sets of other members are other texts', () => {
  expect(canonical(new Set(['a']))).not.toBe(canonical(new Set(['b'])));
});
