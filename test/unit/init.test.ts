import { declarationText } from '../../infra/init/declaration.ts';
import { apart, draftsOf } from '../../infra/init/drafts.ts';
import { Observation } from '../../infra/init/observation.ts';
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

const drafted = (items: readonly Attributes[], keys = ['PK', 'SK']) => {
  const observation = new Observation(keys);
  for (const item of items) observation.add(item);
  return draftsOf(observation.kinds(), 'expiresAt');
};

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

test('where one grammar takes the keys of another, the more frequent one is declared', () => {
  const plain = ['u1', 'u2'].map((id): Attributes => ({ id: { S: id }, name: { S: 'n' } }));
  const other: Attributes = { id: { S: 'TEAM#1' }, name: { S: 'n' } };
  const { taken, left } = apart(drafted([...plain, other], ['id']));
  expect(taken.map(({ key }) => key)).toEqual(['{id}']);
  expect(left.map(({ key }) => key)).toEqual(['TEAM#{teamId}']);
});
