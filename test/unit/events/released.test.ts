import { join } from 'node:path';
import { z } from 'zod';
import { type CatalogueEntry, catalogue } from '../../../events/catalogue.ts';
import { brokenPromises, frozen, hasCome, unfrozen } from '../../../events/released.ts';
import { notFrozen, packageAt, promisesBroken, stale } from '../../../infra/schemas/files.ts';
import { jsonSchemaOf } from '../../../shared/model/jsonSchema.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { SYSTEMS } from '../../../shared/systems/systems.ts';

const systems = Object.values(SYSTEMS);
const here = packageAt(join(__dirname, '../../..'));
const TODAY = '2026-02-01';

describe('this package', () => {
  test('breaks no promise: else it says what, and that version N + 1 goes beside it', () => {
    expect(promisesBroken(systems, here, new Date().toISOString().slice(0, 10))).toEqual([]);
  });

  test("has frozen every event of this version, by 'npm run schemas -- --release'", () => {
    expect(notFrozen(systems, here).map(({ type, version }) => `${type} ${version}`)).toEqual([]);
  });

  test("has no stale schema and no stale page of events: 'npm run schemas' writes them", () => {
    expect(stale(systems, here)).toEqual([]);
  });
});

const entries = catalogue(reviewer);
const released = entries.map(frozen);
const first = entries.find(({ type }) => type === 'ReviewRequested') as CatalogueEntry;

const withData = (change: (data: z.ZodObject) => z.ZodType): CatalogueEntry[] => {
  const data = jsonSchemaOf(
    change(z.object({ reviewId: z.string(), riskScore: z.number().min(0).max(100).nullable() })),
  );
  const properties = { ...first.eventSchema.properties, data };
  return [{ ...first, eventSchema: { ...first.eventSchema, properties } }];
};
const promised = withData((data) => data).map(frozen);
const broken = (now: readonly CatalogueEntry[], today = TODAY) => brokenPromises(promised, now, today);

test('a removed field and a narrowed type are refused, with the place and the next version', () => {
  expect(broken(withData((data) => data))).toEqual([]);
  expect(broken(withData((data) => data.extend({ more: z.string().optional() })))).toEqual([]);
  const [removed] = broken(withData((data) => data.omit({ riskScore: true })));
  expect(removed).toMatchObject({ where: 'reviewer ReviewRequested 1: data.riskScore', what: 'the field is gone' });
  expect(removed?.mend).toContain('publish version 2 beside it');
  const [narrowed] = broken(withData((data) => data.extend({ riskScore: z.number().min(0).max(100) })));
  expect(narrowed?.where).toBe('reviewer ReviewRequested 1: data.riskScore');
});

test('the envelope is part of the promise', () => {
  const metadata = first.eventSchema.properties?.metadata;
  const { sequence: _gone, ...left } = metadata?.properties ?? {};
  const properties = { ...first.eventSchema.properties, metadata: { ...metadata, properties: left } };
  const now = [{ ...first, eventSchema: { ...first.eventSchema, properties } }];
  expect(brokenPromises([frozen(first)], now, TODAY)).toMatchObject([
    { where: 'reviewer ReviewRequested 1: metadata.sequence' },
  ]);
});

test('an event may end, but not without a day, and not before it', () => {
  expect(broken([])).toMatchObject([{ what: 'it is not declared any more' }]);
  const until = (day: string) => [{ ...frozen(first), until: day }];
  expect(brokenPromises(until('2026-02-01'), [], TODAY)).toMatchObject([{ what: 'it was promised until 2026-02-01' }]);
  expect(brokenPromises(until('2026-01-31'), [], TODAY)).toEqual([]);
  expect(brokenPromises(until('2026-06-30'), [{ ...first, until: '2026-05-31' }], TODAY)).toMatchObject([
    { what: 'it was promised until 2026-06-30, and ends 2026-05-31' },
  ]);
  expect(brokenPromises(until('2026-06-30'), [{ ...first, until: '2026-07-31' }], TODAY)).toEqual([]);
});

test('what came with this version must be frozen, what comes later need not be', () => {
  expect(unfrozen(released, entries, '0.1.0')).toEqual([]);
  expect(
    unfrozen(
      released.filter(({ type }) => type !== first.type),
      entries,
      '0.1.0',
    ),
  ).toEqual([first]);
  expect(unfrozen([], [{ ...first, since: '0.2.0' }], '0.1.9')).toEqual([]);
  expect(['0.9.0', '0.10.0', '0.10.1', '1.0.0'].map((since) => hasCome({ since }, '0.10.0'))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test('what was promised without an end is not given one that is over', () => {
  const ending = (until: string) => promised.map(() => ({ ...(withData((data) => data)[0] as CatalogueEntry), until }));
  expect(broken(ending('2026-01-31'))).toMatchObject([{ what: expect.stringContaining('ends 2026-01-31') }]);
  expect(broken(ending('2026-02-01'))).toEqual([]);
});
