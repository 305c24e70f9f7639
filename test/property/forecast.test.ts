import fc from 'fast-check';
import { USUAL } from '../../shared/model/forecast/deployed.ts';
import { declaredFootprint } from '../../shared/model/forecast/footprint.ts';
import { type Forecast, forecast } from '../../shared/model/forecast/forecast.ts';
import { archiveRules } from '../../shared/model/storageRules.ts';
import { SYSTEMS } from '../../shared/systems/systems.ts';
import { tenancy } from '../support/given/tenancy.ts';

const cold = archiveRules({ journal: { storageClass: 'GLACIER', afterDays: 30, lifeDays: 2_562 } });
const systems = [
  ...Object.values(SYSTEMS),
  tenancy,
  ...Object.values(SYSTEMS).map((one) => ({ ...one, archive: cold })),
];
const worker = { count: 2, vcpus: 0.5, gb: 1 };
const given = fc.record({
  system: fc.constantFrom(...systems),
  deployed: fc.constantFrom(USUAL, { ...USUAL, worker }),
  rate: fc.oneof(fc.constant(0), fc.double({ min: 0.0001, max: 20_000, noNaN: true })),
  itemBytes: fc.integer({ min: 1, max: 400_000 }),
});

type Given = typeof given extends fc.Arbitrary<infer One> ? One : never;

const at = ({ system, deployed, rate, itemBytes }: Given): Forecast =>
  forecast({
    system,
    deployed,
    load: { changesPerSecond: rate, itemBytes },
    footprint: declaredFootprint(system, itemBytes),
  });

/** For what is the same sum, added in another order. */
const ROUNDING = 1e-9;

test('no line is negative, and the lines add up to the total', () => {
  fc.assert(
    fc.property(given, (one) => {
      const { lines, dollars } = at(one);
      for (const line of lines) {
        expect(line.dollars).toBeGreaterThanOrEqual(0);
        expect(line.quantity).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(line.dollars)).toBe(true);
      }
      expect(dollars).toBe(lines.reduce((sum, line) => sum + line.dollars, 0));
    }),
  );
});

test('more changes cost no less, and no change at all what is fixed', () => {
  fc.assert(
    fc.property(given, fc.double({ min: 1, max: 50, noNaN: true }), (one, factor) => {
      const before = at(one);
      expect(at({ ...one, rate: one.rate * factor }).dollars).toBeGreaterThanOrEqual(before.dollars * (1 - ROUNDING));
      expect(before.dollars).toBeGreaterThanOrEqual(before.fixedDollars * (1 - ROUNDING));
    }),
  );
});

test('larger items cost no less', () => {
  fc.assert(
    fc.property(given, fc.integer({ min: 0, max: 400_000 }), (one, more) => {
      const larger = at({ ...one, itemBytes: one.itemBytes + more });
      expect(larger.dollars).toBeGreaterThanOrEqual(at(one).dollars * (1 - ROUNDING));
    }),
  );
});
