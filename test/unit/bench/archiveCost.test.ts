import { archiveCost } from '../../bench/archiveCost.ts';

const figure = (name: string, beside: string) => {
  const found = archiveCost().find((one) => one.name.includes(name) && one.beside?.what === beside);
  if (!found?.beside) throw new Error(`there is no ${name} beside ${beside}`);
  return { rate: found.rate, beside: found.beside.rate };
};

test('counts and prices by hand: ten million objects, and 9.54 GB in segments of 64 MB', () => {
  expect(figure(': kept', 'one object a record')).toEqual({ rate: 160, beside: 10_000_000 });
  // 87,660 objects of 30 s, each put, proven and compacted; 160 segments and manifests, each put and proven.
  expect(figure('written', 'one object a record')).toEqual({ rate: 3 * 87_660 + 4 * 160, beside: 20_000_000 });
  const { rate, beside } = figure('moved', 'one object a record');
  expect(rate).toBeCloseTo((160 / 1_000) * 0.03);
  expect(beside).toBeCloseTo(300);
});

test('one object a record costs more in GLACIER than in Standard, and more in both than segments do', () => {
  const cold = figure('seven years', 'one object a record, GLACIER');
  const standard = figure('seven years', 'one object a record, Standard only');
  const segments = figure('seven years', 'the same segments, Standard only');
  expect(cold.beside).toBeGreaterThan(standard.beside);
  expect(standard.beside).toBeGreaterThan(segments.beside);
  expect(segments.beside).toBeGreaterThan(segments.rate);
});
