import { declarationText } from '../../infra/init/declaration.ts';
import { apart, draftsOf } from '../../infra/init/drafts.ts';
import { kindsOf } from '../../infra/init/observation.ts';
import type { Attributes } from '../../shared/model/attribute.ts';

/* What is read out of items. That the text loads, runs and fits them is shown with the command (`test/integration/cli`). */

const customers = Array.from(
  { length: 12 },
  (_, i): Attributes => ({
    PK: { S: `CUSTOMER#c${i}` },
    SK: { S: 'PROFILE' },
    customerId: { S: `c${i}` },
    email: { S: `person${i}@example.org` },
    plan: { S: i % 2 === 0 ? 'free' : 'paid' },
    apiToken: { S: `very-secret-${i}` },
    ...(i > 3 && { joinedAt: { S: '2026-01-31T09:00:00.000Z' } }),
  }),
);
const orders = Array.from(
  { length: 20 },
  (_, i): Attributes => ({
    PK: { S: `CUSTOMER#c${i % 12}` },
    SK: { S: `ORDER#2026-01-${10 + i}#${i}` },
    cents: { N: String(100 * i) },
    GSI1PK: { S: 'x' },
    expiresAt: { N: '1800000000' },
  }),
);

const drafted = (items: readonly Attributes[], keys = ['PK', 'SK']) => draftsOf(kindsOf(items, keys), 'expiresAt');

const keysOf = (items: readonly Attributes[], keys?: string[]): string[] => drafted(items, keys).map(({ key }) => key);
const many = (of: (i: number) => Attributes): Attributes[] => Array.from({ length: 12 }, (_, i) => of(i));

test('an entity a kind of keys: named after its words, with placeholders after the attributes that repeat them', () => {
  expect(drafted([...customers, ...orders]).map(({ name, key, count }) => ({ name, key, count }))).toEqual([
    { name: 'order', key: 'CUSTOMER#{customerId} / ORDER#{orderId}#{id}', count: 20 },
    { name: 'customer', key: 'CUSTOMER#{customerId} / PROFILE', count: 12 },
  ]);
});

test('labels, moments and what may be missing are seen; secrets, index keys and the TTL are left out; no value is told but labels', () => {
  const drafts = drafted([...customers, ...orders]);
  const fields = Object.fromEntries(drafts.flatMap((draft) => draft.fields.map((field) => [field.name, field.schema])));
  expect(fields).toMatchObject({
    plan: "z.enum(['free', 'paid'])",
    joinedAt: 'timestamp().optional()',
    email: 'z.string()',
    apiToken: 'secret()',
    cents: 'z.number()',
  });
  expect(Object.keys(fields)).not.toEqual(expect.arrayContaining(['GSI1PK']));
  expect(Object.keys(fields)).not.toEqual(expect.arrayContaining(['expiresAt']));
  const facts = { partitionKey: 'PK', sortKey: 'SK', stream: undefined, ttl: 'expiresAt', indexes: [] };
  const text = declarationText({ system: 'shop', table: 'shop', facts, drafts, left: [], items: 32 });
  expect(text).not.toMatch(/person|very-secret/);
});

test('what is no status is no enum, however often it comes: the next label would be parked', () => {
  const [draft] = drafted(
    many((i) => ({
      PK: { S: `O#${i}` },
      SK: { S: 'X' },
      currency: { S: 'EUR' },
      city: { S: i % 2 ? 'a' : 'b' },
      plan: { S: 'free' },
    })),
  );
  expect(draft?.fields.slice(1).map(({ schema }) => schema)).toEqual(['z.string()', 'z.string()', 'z.string()']);
});

test('where one grammar takes the keys of another, the more frequent one is declared', () => {
  const plain = ['u1', 'u2'].map((id): Attributes => ({ id: { S: id }, name: { S: 'n' } }));
  const other: Attributes = { id: { S: 'TEAM#1' }, name: { S: 'n' } };
  const { taken, left } = apart(drafted([...plain, other], ['id']));
  expect(taken.map(({ key }) => key)).toEqual(['{id}']);
  expect(left.map(({ key }) => key)).toEqual(['TEAM#{teamId}']);
});

test('keys of other habits are read as well: lower case, a tenant before all, other separators', () => {
  const freight = ['acme', 'globex'].flatMap((tenant) => [
    ...many((i) => ({
      partition: { S: `t:${tenant}/ship:S-${i}` },
      sort: { S: 'meta' },
      shipment_id: { S: `S-${i}` },
    })),
    ...many((i) => ({ partition: { S: `t:${tenant}/ship:S-${i}` }, sort: { S: `leg#0${i}` } })),
    ...many((i) => ({ partition: { S: `t:${tenant}/carrier:${['dhl', 'dsv'][i % 2]}` }, sort: { S: 'profile' } })),
  ]);
  const drafts = drafted(freight, ['partition', 'sort']);
  expect(Object.fromEntries(drafts.map(({ name, key }) => [name, key]))).toEqual({
    ship: 't:{tId}/ship:{shipment_id} / meta',
    leg: 't:{tId}/ship:{shipId} / leg#{legId}',
    carrier: 't:{tId}/carrier:{carrierId} / profile',
  });
  expect(keysOf(many((i) => ({ PK: { S: `TENANT|a${i}` }, SK: { S: `JOB|2026-01-0${i}|${i}` } })))).toEqual([
    'TENANT|{tenantId} / JOB|{jobId}|{id}',
  ]);
  expect(
    keysOf(many((i) => ({ PK: { S: `user:u${i}` }, SK: { S: `order:2026-01-31T09:00:0${i % 10}.000Z` } }))),
  ).toEqual(['user:{userId} / order:{orderId}']);
});

test('values are no words of a grammar: paths, names, labels at the end', () => {
  const stacks = many((i) => ({ id: { S: `STACK#org/${'deep/'.repeat(i % 3)}s${i}` } }));
  expect(keysOf(stacks, ['id'])).toEqual(['STACK#{stackId}']);
  expect(
    keysOf(
      many((i) => ({ id: { S: ['ann', 'bob', 'eve'][i % 3] as string } })),
      ['id'],
    ),
  ).toEqual(['{id}']);
  const states = many((i) => ({ id: { S: `ORDER#o${i}#${i % 2 === 0 ? 'open' : 'paid'}` } }));
  expect(keysOf(states, ['id'])).toEqual(['ORDER#{orderId}#{id}']);
});

test('what is the whole key goes by its name', () => {
  const [draft] = drafted(
    many((i) => ({ device_id: { S: `dev-${i}a${i}` }, ts: { S: `${i}x${i}` } })),
    ['device_id', 'ts'],
  );
  expect(draft).toMatchObject({ key: '{device_id} / {ts}' });
  expect(draft?.fields).toMatchObject([{ schema: 'z.string()' }, { schema: 'z.string()' }]);
});

test('a secret within a map or a list is one as well; where the field is something else at times, all of it is', () => {
  const portal = { M: { user: { S: 'u' }, api_key: { S: 'k' }, deep: { M: { token: { S: 't' } } } } };
  const [draft] = drafted(
    many((i) => ({
      id: { S: `C#${i}` },
      portal,
      hooks: { L: [{ M: { url: { S: 'u' }, secret: { S: 's' } } }] },
      either: i === 0 ? { S: 'plain' } : portal,
    })),
    ['id'],
  );
  expect(Object.fromEntries((draft?.fields ?? []).map(({ name, schema }) => [name, schema]))).toMatchObject({
    portal: 'z.looseObject({ api_key: secret(), deep: z.looseObject({ token: secret() }).optional() })',
    hooks: 'z.array(z.looseObject({ secret: secret() }))',
    either: 'secret()',
  });
});
