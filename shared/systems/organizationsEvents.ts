import { z } from 'zod';
import { event, inserted, passes } from '../model/event.ts';
import { isoUtc, timestamp } from '../model/time.ts';
import { anyOf, became, changed, deadlinePassed, removed, rose } from '../model/transitions.ts';
import { BURNOUT_LEVELS, invitation, ROLES, teamReport } from './organizationsItems.ts';
import { github, person, plan, roleOf } from './organizationsStatistics.ts';

const SINCE = '0.1.0';
const LIMITS = ['members', 'apiCalls', 'storage'] as const;

const organizationId = 'org-7';
const at = '2026-02-01T10:00:00.000Z';

const Role = z.enum(ROLES);
const ofPerson = { organizationId: z.string(), userId: z.string() };
const examplePerson = { organizationId, userId: 'u-1' };

export const memberJoined = event('MemberJoined', {
  version: 1,
  since: SINCE,
  description: 'Somebody is in an organization now, in whatever role.',
  when: inserted(person, () => true),
  schema: z.object({ ...ofPerson, role: Role }),
  data: (p) => ({ organizationId: p.organizationId, userId: p.userId, role: roleOf(p) }),
  example: { ...examplePerson, role: 'member' },
});

export const memberLeft = event('MemberLeft', {
  version: 1,
  since: SINCE,
  description: 'Somebody is in no role any more, and was in none for some seconds: a promotion is no end.',
  when: removed(person),
  schema: z.object({ ...ofPerson, role: Role }),
  data: (p) => ({ organizationId: p.organizationId, userId: p.userId, role: roleOf(p) }),
  example: { ...examplePerson, role: 'member' },
});

export const roleChanged = event('RoleChanged', {
  version: 1,
  since: SINCE,
  description: 'Somebody has another role: a promotion, though in the table it is a delete and an insert.',
  when: changed(person, roleOf),
  schema: z.object({ ...ofPerson, from: Role, to: Role }),
  data: (p, { from, to }) => ({ organizationId: p.organizationId, userId: p.userId, from, to }),
  example: { ...examplePerson, from: 'member', to: 'admin' },
});

const ofInvitation = { organizationId: z.string(), inviteId: z.string(), role: Role };
const exampleInvitation = { organizationId, inviteId: 'inv-1', role: 'member' as const };

export const invitationSent = event('InvitationSent', {
  version: 1,
  since: SINCE,
  description: 'Somebody was invited.',
  when: inserted(invitation, (i) => i.status === 'pending'),
  schema: z.object({ ...ofInvitation, expiresAt: timestamp() }),
  data: (i) => ({
    organizationId: i.organizationId,
    inviteId: i.inviteId,
    role: i.role,
    expiresAt: isoUtc(i.expiresAt),
  }),
  example: { ...exampleInvitation, expiresAt: at },
});

export const invitationAccepted = event('InvitationAccepted', {
  version: 1,
  since: SINCE,
  description: 'Somebody has accepted an invitation.',
  when: became(invitation, (i) => i.status === 'accepted'),
  schema: z.object({ ...ofInvitation, acceptedAt: timestamp().nullable() }),
  data: (i) => ({
    organizationId: i.organizationId,
    inviteId: i.inviteId,
    role: i.role,
    acceptedAt: i.acceptedAt === undefined ? null : isoUtc(i.acceptedAt),
  }),
  example: { ...exampleInvitation, acceptedAt: at },
});

export const invitationExpired = event('InvitationExpired', {
  version: 1,
  since: SINCE,
  description: 'An invitation ran out that nobody has accepted: told at that time, not when the TTL gets to it.',
  when: deadlinePassed(invitation, 'expiredAt'),
  schema: z.object({ ...ofInvitation, expiredAt: timestamp() }),
  data: (i, hit) => ({
    organizationId: i.organizationId,
    inviteId: i.inviteId,
    role: i.role,
    expiredAt: hit.at,
  }),
  example: { ...exampleInvitation, expiredAt: at },
});

type Github = typeof github.example;
const Level = z.enum(BURNOUT_LEVELS);
const level = (place: number) => BURNOUT_LEVELS[place] ?? 'low';

/** By login, where in the list their level is. */
const risks = ({ riskOf }: Github): Record<string, number> =>
  Object.fromEntries(
    Object.entries(riskOf).map(([login, risk]) => [
      login,
      BURNOUT_LEVELS.indexOf(risk as (typeof BURNOUT_LEVELS)[number]),
    ]),
  );

export const burnoutRiskRaised = event('BurnoutRiskRaised', {
  version: 1,
  since: SINCE,
  description:
    "A person's burnout risk went up, in an organization that wants to be told. Where none is cached it was low.",
  when: rose(github, risks, ({ tellsRisks }) => tellsRisks > 0),
  schema: z.object({ organizationId: z.string(), login: z.string(), from: Level, to: Level }),
  data: (g, { id, from, to }) => ({
    organizationId: g.organizationId,
    login: id,
    from: level(from),
    to: level(to),
  }),
  example: { organizationId, login: 'octocat', from: 'low', to: 'high' },
});

export const teamReportReady = event('TeamReportReady', {
  version: 1,
  since: SINCE,
  description: "A day's team report can be read.",
  when: inserted(teamReport, () => true),
  schema: z.object({ organizationId: z.string(), day: z.string(), score: z.number().int(), createdAt: timestamp() }),
  data: (r) => ({
    organizationId: r.organizationId,
    day: r.day,
    score: r.score,
    createdAt: isoUtc(r.createdAt),
  }),
  example: { organizationId, day: '2026-02-01', score: 74, createdAt: at },
});

type Plan = typeof plan.example;

/** Null where nothing is allowed, or nothing is known of what is. */
const share = (used: unknown, limit: unknown): number | null =>
  Number(limit) === 0 ? null : Number(used) / Number(limit);

const reached = (of: (p: Plan) => number | null) => passes(plan, of, [1]);
const usage = (p: Plan, limit: (typeof LIMITS)[number]): { used: number; allowed: number } => {
  if (limit === 'members') return { used: p.members, allowed: p.maxMembers };
  if (limit === 'apiCalls') return { used: Number(p.apiCalls), allowed: Number(p.apiCallLimit) };
  return { used: Number(p.storageBytes), allowed: Number(p.storageLimit) };
};

export const planLimitReached = event('PlanLimitReached', {
  version: 1,
  since: SINCE,
  description: 'An organization has as many members, calls or bytes as its plan allows: one event for each.',
  when: anyOf({
    members: reached((p) => share(p.members, p.maxMembers)),
    apiCalls: reached((p) => share(p.apiCalls, p.apiCallLimit)),
    storage: reached((p) => share(p.storageBytes, p.storageLimit)),
  }),
  schema: z.object({
    organizationId: z.string(),
    limit: z.enum(LIMITS),
    used: z.number(),
    allowed: z.number(),
  }),
  data: (p, { which }) => ({ organizationId: p.organizationId, limit: which, ...usage(p, which) }),
  example: { organizationId, limit: 'members', used: 25, allowed: 25 },
});
