import { Gauge } from '../../../infra/console/gauge.ts';

const totals = (user: number, derived = 0, events = 0) => ({ user, derived, events });

test('a rate is over the last five seconds', () => {
  const gauge = new Gauge();
  for (let second = 0; second <= 10; second++) gauge.add(second * 1_000, totals(second * 40, second * 8, second), 0);
  expect(gauge.add(11_000, totals(440, 88, 11), 2)).toMatchObject({ user: 40, derived: 8, events: 1, lagSeconds: 2 });
  for (let second = 12; second <= 17; second++) gauge.add(second * 1_000, totals(440, 88, 11), 0);
  expect(gauge.add(18_000, totals(440, 88, 11), 0)).toMatchObject({ user: 0, derived: 0, events: 0 });
});

test('what was there before is no rate, and a total that became less is none either', () => {
  const gauge = new Gauge();
  expect(gauge.add(0, totals(5_000), null)).toMatchObject({ user: 0, lagSeconds: null });
  expect(gauge.add(1_000, totals(10), 0)).toMatchObject({ user: 0 });
});

test('a total that became less, as at the full hour, is counted from there, and the others go on', () => {
  const gauge = new Gauge();
  for (let second = 0; second <= 5; second++) gauge.add(second * 1_000, totals(9_000 + second * 40, 0, second), 0);
  gauge.add(6_000, totals(100, 0, 6), 0);
  expect(gauge.add(7_000, totals(140, 0, 7), 0)).toMatchObject({ user: 40, events: 1 });
});

test('after a time in which nobody looked, rates and plot begin anew', () => {
  const gauge = new Gauge();
  gauge.add(0, totals(100), 0);
  gauge.add(1_000, totals(200), 0);
  expect(gauge.add(60_000, totals(90_000), 0)).toMatchObject({ user: 0 });
  expect(gauge.samples).toHaveLength(1);
  expect(gauge.add(61_000, totals(90_010), 0)).toMatchObject({ user: 10 });
});

test('three minutes are kept', () => {
  const gauge = new Gauge();
  for (let second = 0; second < 1_000; second++) gauge.add(second * 1_000, totals(second), 0);
  expect(gauge.samples).toHaveLength(180);
  expect(gauge.samples[179]).toMatchObject({ at: 999_000, user: 1 });
});
