import fc from 'fast-check';
import { compareSequence, isAfter } from '../../shared/stream/sequence.ts';

const sequence = fc.oneof(fc.bigInt({ min: 0n, max: 200n }), fc.bigInt({ min: 0n, max: 10n ** 40n }));
const written = fc.tuple(sequence, fc.nat(3)).map(([n, zeros]) => ({ n, text: `${'0'.repeat(zeros)}${n}` }));

test('sequence numbers compare as the integers that they are, whatever their length and leading zeros', () => {
  fc.assert(
    fc.property(written, written, (a, b) => {
      expect(Math.sign(compareSequence(a.text, b.text))).toBe(a.n < b.n ? -1 : a.n > b.n ? 1 : 0);
      expect(isAfter(a.text, b.text)).toBe(a.n > b.n);
    }),
    { numRuns: 1000 },
  );
});

test('everything lies behind a position that was never taken', () => {
  expect(isAfter('0', undefined)).toBe(true);
});
