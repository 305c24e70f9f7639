import { DAY_MS } from '../../../shared/model/retention.ts';

type Item = Record<string, unknown>;

export const T0 = '2026-02-01T09:00:00.000Z';
/** Epoch milliseconds. */
export const NOW = Date.parse(T0);
export const TOMORROW = NOW + DAY_MS;
/** As DynamoDB's TTL wants it. */
export const seconds = (ms: number): number => Math.floor(ms / 1000);

export const orgItem = (organizationId: string, fields: Item = {}): Item => ({
  PK: `ORG#${organizationId}`,
  SK: `ORG#${organizationId}`,
  ...{ organizationId, name: `name-of-${organizationId}`, plan: 'team', maxMembers: 3 },
  ...{ features: { burnoutRisk: true }, limits: { apiCalls: 100, storageBytes: 1_000 } },
  ...{ usage: { apiCalls: 1, storageBytes: 10 }, createdAt: NOW, updatedAt: NOW },
  ...fields,
});

export const personKey = (organizationId: string, role: string, userId: string) => ({
  pk: `ORG#${organizationId}`,
  sk: `${role.toUpperCase()}#${userId}`,
});

/** Name and address are the table's alone. */
export const personItem = (organizationId: string, role: string, userId: string): Item => {
  const { pk, sk } = personKey(organizationId, role, userId);
  const own = { name: `private-name-of-${userId}`, email: `${userId}@private.example` };
  const index = { GSI1PK: `EMAIL#${own.email}`, GSI1SK: `USER#${userId}` };
  return { PK: pk, SK: sk, organizationId, userId, ...own, ...index, joinedAt: NOW };
};

export const inviteItem = (organizationId: string, fields: Item = {}): Item => {
  const { inviteId = 'i1' } = fields;
  return {
    PK: `ORG#${organizationId}`,
    SK: `INVITE#${inviteId}`,
    ...{ organizationId, inviteId, role: 'member', status: 'pending', invitedBy: 'u1' },
    ...{ email: 'guest@private.example', token: `canary-${organizationId}-${inviteId}` },
    ...{ createdAt: NOW, expiresAt: seconds(TOMORROW) },
    ...fields,
  };
};

export const githubItem = (organizationId: string, login: string, fields: Item = {}): Item => ({
  PK: `ORG#${organizationId}`,
  SK: `GITHUB_DATA#${login}`,
  ...{ organizationId, login, fetchedAt: NOW, burnoutRisk: 'low', codeQuality: 70 },
  ...{ raw: { commits: [`private-commit-of-${login}`] }, expiresAt: seconds(TOMORROW) },
  ...fields,
});

export const reportItem = (organizationId: string, day: string, fields: Item = {}): Item => ({
  PK: `ORG#${organizationId}`,
  SK: `TEAM_REPORT#${day}`,
  ...{ organizationId, day, createdAt: NOW, commits: 10, reviews: 4, score: 60 },
  ...{ people: [{ name: 'private-name-in-report' }], expiresAt: seconds(TOMORROW) },
  ...fields,
});
