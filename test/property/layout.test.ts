import fc from 'fast-check';
import {
  bundleKey,
  claimKey,
  collectionPrefix,
  type Dataset,
  datasetPrefix,
  hourlyKey,
  segmentKey,
  spillKey,
  tenantName,
  tenantPart,
} from '../../shared/archive/layout.ts';
import { manifestKey } from '../../shared/archive/manifest.ts';
import { namesOf } from '../../shared/model/names.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { ODD_TENANTS, tenancy, tenancyNames } from '../support/given/tenancy.ts';

const names = namesOf(reviewer, 'prod');

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
      const prefix = (text: string): string => collectionPrefix(reviewer, names, 'review', { pk: text });
      expect(prefix(a) === prefix(b)).toBe(a === b);
      expect(prefix(a).startsWith(prefix(b))).toBe(a === b);
      const key = bundleKey(prefix(a), 'b'.repeat(24), 'c'.repeat(64));
      expect(key.startsWith(prefix(a))).toBe(true);
      expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024);
    }),
    { numRuns: 500 },
  );
});

const tenant = fc.oneof(
  fc.constantFrom(...ODD_TENANTS),
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.string({ unit: fc.constantFrom('a', '/', '~', '.', '_', '%', '€'), minLength: 1, maxLength: 600 }),
);

test('no two tenants are named alike, none as nobody is, none as a way in a folder', () => {
  fc.assert(
    fc.property(tenant, tenant, (a, b) => {
      expect(tenantPart(a) === tenantPart(b)).toBe(a === b);
      expect([tenantPart(undefined), tenantPart(''), '.', '..', '']).not.toContain(tenantPart(a));
      expect(tenantPart(a)).toMatch(/^[\w.%-]+(~[0-9a-f]{32})?$/);
      expect([a, tenantPart(a)]).toContain(tenantName(tenantPart(a)));
    }),
    { numRuns: 1_000 },
  );
  // A name that is what another is cut to.
  const cut = tenantPart('🦊'.repeat(400));
  expect(tenantPart(cut)).not.toBe(cut);
});

test("every key of a tenant holds its name behind the system's and the stage, and fits into S3", () => {
  fc.assert(
    fc.property(tenant, fc.string({ unit: 'grapheme', maxLength: 600 }), (a, shard) => {
      const part = tenantPart(a);
      const of = (dataset: Dataset, kind?: string): string =>
        datasetPrefix(tenancy, tenancyNames, dataset, { tenant: part, ...(kind !== undefined && { kind }) });
      const [digits, hash] = ['9'.repeat(40), 'c'.repeat(64)];
      const bundles = collectionPrefix(tenancy, tenancyNames, 'closed', { pk: `ORG#${a}`, sk: 'NOTE#1' });
      const keys = [
        hourlyKey(of('journal'), 0, digits, digits, hash),
        hourlyKey(of('events'), 0, digits, digits, hash),
        segmentKey(of('segments', 'journal'), { from: 0, to: 0 }, hash),
        manifestKey(of('manifests', 'events'), 7),
        claimKey(of('claims'), hash),
        spillKey(of('spill'), shard.slice(0, 50), { first: digits, last: digits, changes: 1 }, hash),
        bundleKey(bundles, 'b'.repeat(24), hash),
      ];
      for (const key of keys) {
        expect(key).toMatch(/^v1\/\w+\/tenancy\/test\//);
        expect(key.split('/').indexOf(part)).toBe(/^v1\/(segments|manifests|bundles)\//.test(key) ? 5 : 4);
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(1024);
      }
    }),
    { numRuns: 300 },
  );
});

test('a system without tenants has the names that it always had', () => {
  const at = (dataset: Dataset, kind?: string): string =>
    datasetPrefix(reviewer, names, dataset, kind === undefined ? {} : { kind });
  const table = 'terraform-spacelift-ai-reviewer-reviews-prod';
  expect(at('journal')).toBe(`v1/journal/reviewer/prod/_/${table}/`);
  expect(at('segments', 'events')).toBe(`v1/segments/reviewer/prod/_/${table}/events/`);
  expect(collectionPrefix(reviewer, names, 'review', { pk: 'REVIEW#1' })).toBe(
    `v1/bundles/reviewer/prod/_/${table}/review/REVIEW%231/`,
  );
});
