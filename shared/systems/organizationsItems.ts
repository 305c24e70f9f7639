import * as z from 'zod';
import { entity } from '../model/entity.ts';
import { secret } from '../model/secrets.ts';
import { epochMs, timestamp } from '../model/time.ts';

export const ROLES = ['admin', 'member', 'viewer'] as const;
export type Role = (typeof ROLES)[number];
/** From none to the worst: a level goes up along this list. */
export const BURNOUT_LEVELS = ['low', 'moderate', 'high', 'critical'] as const;

const id = z.string().min(1);
const organizationId = id;
const whole = z.number().int().min(0);
/** What leaves holds neither names nor addresses, but where they are part of a key. */
const KEYS = ['organizationId', 'expiresAt'];

const at = Date.parse('2026-02-01T10:00:00.000Z');
const exampleOrg = 'org-7';

const Limits = z.object({ members: whole, apiCalls: whole, storageBytes: whole });

export const organization = entity('organization', {
  key: 'ORG#{organizationId} / ORG#{organizationId}',
  schema: z.object({
    organizationId,
    name: z.string().min(1),
    plan: z.enum(['free', 'team', 'business']),
    maxMembers: whole,
    features: z.object({ burnoutRisk: z.boolean() }),
    limits: Limits.omit({ members: true }),
    usage: Limits.omit({ members: true }),
    createdAt: epochMs(),
    updatedAt: epochMs(),
  }),
  correlate: (o) => o.organizationId,
  indexes: (o) => ({ GSI2PK: `ORG_ACTIVITY#${o.organizationId}`, GSI2SK: `TIMESTAMP#${o.updatedAt}` }),
  example: {
    organizationId: exampleOrg,
    name: 'Acme',
    plan: 'team',
    maxMembers: 25,
    features: { burnoutRisk: true },
    limits: { apiCalls: 10_000, storageBytes: 1_000_000_000 },
    usage: { apiCalls: 250, storageBytes: 4_000_000 },
    createdAt: at,
    updatedAt: at,
  },
});

const Person = z.object({ organizationId, userId: id, joinedAt: epochMs() });
/** Those of GSI1 are an address, which no code of ours is given: their writer alone can set them. */
const personIndexes = (p: z.output<typeof Person>) => ({ GSI2PK: `USER#${p.userId}`, GSI2SK: `JOINED#${p.joinedAt}` });
const examplePerson = { organizationId: exampleOrg, userId: 'u-1', joinedAt: at };
/** Name and address are in the table alone: they are no fields here, and `keep` leaves them behind. */
const person = {
  schema: Person,
  example: examplePerson,
  indexes: personIndexes,
  archive: { keep: [...KEYS, 'PK', 'SK', 'userId', 'joinedAt'] },
};

export const admin = entity('admin', { key: 'ORG#{organizationId} / ADMIN#{userId}', ...person });
export const member = entity('member', { key: 'ORG#{organizationId} / MEMBER#{userId}', ...person });
export const viewer = entity('viewer', { key: 'ORG#{organizationId} / VIEWER#{userId}', ...person });

/** What is cached of a person's work: it counts for as long as it is there, and leaves behind what was measured. */
export const githubData = entity('githubData', {
  key: 'ORG#{organizationId} / GITHUB_DATA#{login}',
  schema: z.object({
    organizationId,
    login: id,
    fetchedAt: epochMs(),
    burnoutRisk: z.enum(BURNOUT_LEVELS),
    codeQuality: z.number().int().min(0).max(100),
  }),
  onExpiry: 'retracts',
  archive: { keep: [...KEYS, 'PK', 'SK', 'login', 'fetchedAt', 'burnoutRisk', 'codeQuality'] },
  example: { organizationId: exampleOrg, login: 'octocat', fetchedAt: at, burnoutRisk: 'low', codeQuality: 80 },
});

/** Only the numbers of a report leave the table; and longer than the journal is kept, only where `keep` was chosen. */
export const teamReport = entity('teamReport', {
  key: 'ORG#{organizationId} / TEAM_REPORT#{day}',
  schema: z.object({
    organizationId,
    day: z.string().regex(/^\d{4}-\d\d-\d\d$/),
    createdAt: epochMs(),
    expiresAt: epochMs().optional(),
    keep: z.boolean().optional(),
    commits: whole,
    reviews: whole,
    score: z.number().int().min(0).max(100),
  }),
  archive: { keep: [...KEYS, 'PK', 'SK', 'day', 'createdAt', 'keep', 'commits', 'reviews', 'score'] },
  example: {
    organizationId: exampleOrg,
    day: '2026-02-01',
    createdAt: at,
    expiresAt: at + 86_400_000,
    keep: true,
    commits: 120,
    reviews: 31,
    score: 74,
  },
});

/** Whoever holds its `token` may join: it stays in the table. */
export const invitation = entity('invitation', {
  key: 'ORG#{organizationId} / INVITE#{inviteId}',
  schema: z.object({
    organizationId,
    inviteId: id,
    role: z.enum(ROLES),
    status: z.enum(['pending', 'accepted', 'revoked']),
    invitedBy: id.optional(),
    createdAt: epochMs(),
    expiresAt: epochMs(),
    acceptedAt: epochMs().optional(),
    expiredAt: timestamp().optional(),
    token: secret(),
  }),
  deadlines: { expiredAt: (i) => (i.status === 'pending' ? i.expiresAt : undefined) },
  actor: (i) => i.invitedBy,
  archive: {
    keep: [...KEYS, ...['PK', 'SK', 'inviteId', 'role', 'status', 'invitedBy', 'createdAt', 'acceptedAt', 'expiredAt']],
  },
  example: {
    organizationId: exampleOrg,
    inviteId: 'inv-1',
    role: 'member',
    status: 'pending',
    invitedBy: 'u-1',
    createdAt: at,
    expiresAt: at + 86_400_000,
  },
});
