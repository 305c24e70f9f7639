import { life } from '../model/retention.ts';
import { defineSystem } from '../model/system.ts';
import * as events from './organizationsEvents.ts';
import { admin, githubData, invitation, member, organization, teamReport, viewer } from './organizationsItems.ts';
import {
  github,
  invitations,
  invitationsOfDay,
  person,
  plan,
  reports,
  reportsOfMonth,
} from './organizationsStatistics.ts';

/** The table keeps personal data for a day, to have little of it: the archive keeps what it is given of them no longer than this. */
const JOURNAL_DAYS = 35;
/** What names no person may stay: invitations that are over, reports where that was chosen. */
const KEPT_DAYS = 400;

/** Developer insights of many organizations, of whom none may see another's. Former members are in the journal, for as long as it lives. */
export const organizations = defineSystem({
  name: 'organizations',
  table: {
    name: (stage) => `organizations-${stage}`,
    partitionKey: 'PK',
    sortKey: 'SK',
    ttl: 'expiresAt',
    indexes: [
      { name: 'GSI1', partition: 'GSI1PK', sort: 'GSI1SK' },
      { name: 'GSI2', partition: 'GSI2PK', sort: 'GSI2SK' },
    ],
  },
  tenant: { partition: 'ORG#{tenant}', attribute: 'organizationId' },
  entities: [organization, admin, member, viewer, githubData, teamReport, invitation],
  statistics: [person, plan, invitationsOfDay, invitations, github, reportsOfMonth, reports],
  events: Object.values(events),
  retention: [
    life('invitation', { of: invitation, due: (i) => i.expiresAt, lifeDays: KEPT_DAYS }),
    life('report', { of: teamReport, due: (r) => (r.keep ? r.expiresAt : undefined), lifeDays: KEPT_DAYS }),
  ],
  archive: {
    journal: { lifeDays: JOURNAL_DAYS },
    events: { lifeDays: JOURNAL_DAYS },
    // Many small tenants: each has segments of its own.
    compaction: { patienceDays: 14 },
  },
});
