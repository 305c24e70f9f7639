import { z } from 'zod';
import { lifecycleRules } from '../../../shared/archive/lifecycle.ts';
import { type EntityDeclaration, entity } from '../../../shared/model/entity.ts';
import { secret } from '../../../shared/model/secrets.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import type { TenantDeclaration } from '../../../shared/model/tenant.ts';
import { tenancy, tenancyNames } from '../../support/given/tenancy.ts';

const Team = z.object({ org: z.string(), team: z.string(), owner: z.string().optional() });
type Team = z.output<typeof Team>;

const withTenant = (tenant: TenantDeclaration, more: Partial<EntityDeclaration<Team>> = {}) =>
  defineSystem({
    name: 'teams',
    table: { name: () => 'teams', partitionKey: 'PK', sortKey: 'SK' },
    entities: [
      entity('team', {
        key: 'ORG#{org}#TEAM#{team} / TEAM',
        schema: Team,
        example: { org: 'o1', team: 't1' },
        ...more,
      }),
    ],
    statistics: [],
    events: [],
    retention: [],
    tenant,
  });

test.each<[string, TenantDeclaration, Partial<EntityDeclaration<Team>>]>([
  ["tenant.partition: 'ORG#{org}' does not say where the tenant is", { partition: 'ORG#{org}' }, {}],
  ["tenant.partition: 'ORG#{tenant} / X' names a sort key", { partition: 'ORG#{tenant} / X' }, {}],
  ['tenant.partition: no grammar is given', { partition: [] }, {}],
  [
    "no entity or statistic has a partition key such as 'SHOP#{tenant}'",
    { partition: ['ORG#{tenant}', 'SHOP#{tenant}'] },
    {},
  ],
  [
    "entities.team.example: its 'org' is not the tenant that its key names",
    { partition: 'ORG#{tenant}', attribute: 'org' },
    {},
  ],
  ['entities.team.tenant: the system says by the key', { partition: 'ORG#{tenant}' }, { tenant: ({ org }) => org }],
])('refused: %s', (message, tenant, more) => {
  expect(() => withTenant(tenant, more)).toThrow(message);
});

test('refused: an attribute that is secret', () => {
  const schema = z.object({ org: z.string(), team: z.string(), owner: secret() });
  expect(() => withTenant({ partition: 'ORG#{tenant}#TEAM#{rest}', attribute: 'owner' }, { schema } as object)).toThrow(
    "entities.team: 'owner' is secret, and tells whose an item is",
  );
});

test('the first grammar that matches tells; a key that none matches is nobody’s', () => {
  const { tenant } = withTenant({ partition: ['ORG#{tenant}#TEAM#{rest}', 'ORG#{tenant}'], attribute: 'org' });
  expect(tenant?.of({ pk: 'ORG#o1#TEAM#t1', sk: 'x' })).toBe('o1');
  expect(tenant?.of({ pk: 'ORG#o1', sk: 'x' })).toBe('o1');
  expect(tenant?.of({ pk: 'ORG#', sk: 'x' })).toBeUndefined();
  expect(tenant?.of({ pk: 'PLAN#o1', sk: 'x' })).toBeUndefined();
});

test('a rule of the lifecycle covers all tenants, and each kind has its own', () => {
  const life = { lifeDays: 35 };
  const rules = lifecycleRules(defineSystem({ ...tenancy, archive: { journal: life, events: life } }), tenancyNames);
  expect(rules.map(({ prefix }) => prefix)).toEqual([
    'v1/segments/tenancy/test/journal/',
    'v1/journal/tenancy/test/',
    'v1/segments/tenancy/test/events/',
    'v1/events/tenancy/test/',
    'v1/bundles/tenancy/test/closed/',
    'v1/claims/tenancy/test/',
  ]);
});
