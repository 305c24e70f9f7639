import fc from 'fast-check';
import { addExact, exactFromText, exactToText, negateExact } from '../../shared/model/decimal.ts';
import { sum } from '../../shared/model/measures/sum.ts';
import { decimalText, plainText } from './decimals.ts';

const SCALE = 8;
const units = fc.oneof(
  fc.bigInt({ min: -(10n ** 36n), max: 10n ** 36n }),
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc
    .bigInt({ min: BigInt(Number.MAX_SAFE_INTEGER) - 2n, max: BigInt(Number.MAX_SAFE_INTEGER) + 2n })
    .map((n) => n * 10n ** 8n),
);
const exact = (n: bigint) => exactFromText(plainText(n, SCALE));

test('a number is its own text again, to the last of 38 digits', () => {
  fc.assert(
    fc.property(decimalText, (text) => exactToText(exactFromText(text)) === text),
    { numRuns: 1000 },
  );
});

test('sums are those of whole numbers, in any order, with whatever is taken back', () => {
  fc.assert(
    fc.property(fc.array(units, { maxLength: 8 }), fc.array(units, { maxLength: 4 }), (added, removed) => {
      const state = sum().apply('0', removed.map(exact), added.map(exact));
      const total = (list: readonly bigint[]): bigint => list.reduce((a, b) => a + b, 0n);
      expect(state).toBe(plainText(total(added) - total(removed), SCALE));
    }),
    { numRuns: 1000 },
  );
});

test('a number and its negative are nothing', () => {
  fc.assert(
    fc.property(
      decimalText,
      (text) => exactToText(addExact(exactFromText(text), negateExact(exactFromText(text)))) === '0',
    ),
  );
});
