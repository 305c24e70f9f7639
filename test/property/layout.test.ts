import fc from 'fast-check';
import { bundleKey, collectionPrefix, hourlyKey } from '../../shared/archive/layout.ts';

const HOUR = 3_600_000;
const sequence = fc.oneof(fc.bigInt({ min: 0n, max: 200n }), fc.bigInt({ min: 0n, max: 10n ** 40n - 1n }));
const object = fc.record({
  hour: fc.integer({ min: 0, max: 100 * 366 * 24 }).map((hours) => hours * HOUR),
  first: sequence,
  records: fc.nat(3).map(BigInt),
  hash: fc.string({ unit: fc.constantFrom('0', '9', 'a', 'f'), minLength: 64, maxLength: 64 }),
});

test("names of the journal's objects sort by hour, then by sequence", () => {
  const nameOf = ({
    hour,
    first,
    records,
    hash,
  }: {
    hour: number;
    first: bigint;
    records: bigint;
    hash: string;
  }): string => hourlyKey('v1/journal/', hour, String(first), String(first + records), hash);
  fc.assert(
    fc.property(object, object, (a, b) => {
      const byPlace = a.hour - b.hour || Number(a.first - b.first) || Number(a.records - b.records);
      if (byPlace !== 0) expect(nameOf(a) < nameOf(b)).toBe(byPlace < 0);
    }),
    { numRuns: 500 },
  );
});

test('the name tells day, hour, first and last of what is in it', () => {
  const key = hourlyKey('v1/journal/', Date.parse('2026-02-01T23:00:00.000Z'), '7', '12', 'abcdef0123456789ffff');
  expect(key).toBe(`v1/journal/dt=2026-02-01/hh=23/${'0'.repeat(39)}7-${'0'.repeat(38)}12-abcdef0123456789.ndjson.gz`);
});

test('every collection has a prefix of its own, short enough for S3, and its bundles lie under it', () => {
  const pk = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.string({ unit: fc.constantFrom('a', '/', '€'), minLength: 190, maxLength: 600 }),
  );
  fc.assert(
    fc.property(pk, pk, (a, b) => {
      const prefix = (text: string): string =>
        collectionPrefix('v1/bundles/reviewer/prod/_/reviews/', 'review', { pk: text });
      expect(prefix(a) === prefix(b)).toBe(a === b);
      expect(prefix(a).startsWith(prefix(b))).toBe(a === b);
      const key = bundleKey('v1/bundles/reviewer/prod/_/reviews/', 'review', { pk: a }, 'b'.repeat(24), 'c'.repeat(64));
      expect(key.startsWith(prefix(a))).toBe(true);
      expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024);
    }),
    { numRuns: 500 },
  );
});
