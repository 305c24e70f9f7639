import { count } from '../model/measures/count.ts';
import { countBy } from '../model/measures/countBy.ts';
import { max, min } from '../model/measures/extreme.ts';
import { histogram } from '../model/measures/histogram.ts';
import { members } from '../model/measures/members.ts';
import { sum } from '../model/measures/sum.ts';
import { statistic } from '../model/statistic.ts';
import { dayOf, isoUtc, monthOf } from '../model/time.ts';
import {
  admin,
  BURNOUT_LEVELS,
  githubData,
  invitation,
  member,
  organization,
  ROLES,
  type Role,
  teamReport,
  viewer,
} from './organizationsItems.ts';

/** How long a promotion may take, from the delete to the insert. So much later it is told that somebody has left. */
const PROMOTION_MS = 5_000;
const INVITATIONS = ['pending', 'accepted', 'expired', 'revoked'] as const;

/** One person's roles, which are part of keys. Kept so that a promotion is one step, and neither an end nor a beginning. */
export const person = statistic('person', {
  key: 'ORG#{organizationId} / STATS#PERSON#{userId}',
  lingersMs: PROMOTION_MS,
  measures: { roles: countBy(ROLES) },
  feeds: (from) => [
    from(admin, ({ organizationId, userId }) => [{ into: { organizationId, userId }, add: { roles: 'admin' } }]),
    from(member, ({ organizationId, userId }) => [{ into: { organizationId, userId }, add: { roles: 'member' } }]),
    from(viewer, ({ organizationId, userId }) => [{ into: { organizationId, userId }, add: { roles: 'viewer' } }]),
  ],
});

/** Of several for a moment, the one that may most. */
export const roleOf = ({ roles }: Pick<typeof person.example, 'roles'>): Role =>
  ROLES.find((role) => (roles[role] ?? 0) > 0) ?? 'viewer';

/** Who is in it, and what its plan allows. There is one item of an organization: its sums are its numbers. */
export const plan = statistic('plan', {
  key: 'ORG#{organizationId} / STATS#PLAN',
  measures: {
    members: count(),
    byRole: countBy(ROLES),
    maxMembers: count(),
    apiCalls: sum(),
    apiCallLimit: sum(),
    storageBytes: sum(),
    storageLimit: sum(),
  },
  feeds: (from) => [
    from(person, (p) => [{ into: { organizationId: p.organizationId }, add: { members: 1, byRole: roleOf(p) } }]),
    from(organization, ({ organizationId, maxMembers, usage, limits }) => [
      {
        into: { organizationId },
        add: {
          maxMembers,
          apiCalls: usage.apiCalls,
          apiCallLimit: limits.apiCalls,
          storageBytes: usage.storageBytes,
          storageLimit: limits.storageBytes,
        },
      },
    ]),
  ],
});

const ofInvitations = { sent: count(), byStatus: countBy(INVITATIONS) };

/** Of the day on which they were sent; an invitation moves on from one status to the next. */
export const invitationsOfDay = statistic('invitationsOfDay', {
  key: 'ORG#{organizationId} / STATS#INVITATIONS#{day}',
  measures: ofInvitations,
  feeds: (from) => [
    from(invitation, (i) => [
      {
        into: { organizationId: i.organizationId, day: dayOf(isoUtc(i.createdAt)) },
        add: { sent: 1, byStatus: i.expiredAt !== undefined && i.status === 'pending' ? 'expired' : i.status },
      },
    ]),
  ],
});

export const invitations = statistic('invitations', {
  key: 'ORG#{organizationId} / STATS#INVITATIONS',
  measures: ofInvitations,
  feeds: (from) => [
    from(invitationsOfDay, ({ organizationId, sent, byStatus }) => [
      { into: { organizationId }, add: { sent, byStatus } },
    ]),
  ],
});

/** What is cached of persons' work now, how old it is, and what it tells. Each change is a step: none hides a risk that rose. */
export const github = statistic('github', {
  key: 'ORG#{organizationId} / STATS#GITHUB',
  stepwise: true,
  measures: {
    cached: count(),
    oldest: min<number>(),
    newest: max<number>(),
    byBurnoutRisk: countBy(BURNOUT_LEVELS),
    codeQuality: histogram(0, 100),
    riskOf: members(),
    /** Whether the organization wants to be told of burnout risks. */
    tellsRisks: count(),
  },
  feeds: (from) => [
    from(githubData, ({ organizationId, login, fetchedAt, burnoutRisk, codeQuality }) => [
      {
        into: { organizationId },
        add: {
          cached: 1,
          oldest: fetchedAt,
          newest: fetchedAt,
          byBurnoutRisk: burnoutRisk,
          codeQuality,
          riskOf: { id: login, text: burnoutRisk },
        },
      },
    ]),
    from(organization, ({ organizationId, features }) => [
      { into: { organizationId }, add: { tellsRisks: features.burnoutRisk } },
    ]),
  ],
  // The table keeps a person's level with the cached item: it needs no second place to read it at.
  shape: (g) => ({
    organizationId: g.organizationId,
    cached: g.cached,
    oldestFetchedAt: g.oldest === null ? null : isoUtc(g.oldest),
    newestFetchedAt: g.newest === null ? null : isoUtc(g.newest),
    byBurnoutRisk: g.byBurnoutRisk,
    codeQuality: g.codeQuality,
  }),
});

const ofReports = { reports: count(), lastCreatedAt: max<number>() };
const reportsShape = ({ reports, lastCreatedAt }: { reports: number; lastCreatedAt: number | null }) => ({
  reports,
  lastCreatedAt: lastCreatedAt === null ? null : isoUtc(lastCreatedAt),
});

export const reportsOfMonth = statistic('reportsOfMonth', {
  key: 'ORG#{organizationId} / STATS#REPORTS#{month}',
  measures: ofReports,
  feeds: (from) => [
    from(teamReport, ({ organizationId, day, createdAt }) => [
      { into: { organizationId, month: monthOf(day) }, add: { reports: 1, lastCreatedAt: createdAt } },
    ]),
  ],
  shape: (r) => ({ organizationId: r.organizationId, month: r.month, ...reportsShape(r) }),
});

export const reports = statistic('reports', {
  key: 'ORG#{organizationId} / STATS#REPORTS',
  measures: ofReports,
  feeds: (from) => [
    from(reportsOfMonth, ({ organizationId, reports: made, lastCreatedAt }) => [
      { into: { organizationId }, add: { reports: made, ...(lastCreatedAt !== null && { lastCreatedAt }) } },
    ]),
  ],
  shape: (r) => ({ organizationId: r.organizationId, ...reportsShape(r) }),
});
