import { collection, DAY_MS } from '../model/retention.ts';
import { defineSystem } from '../model/system.ts';
import * as events from './reviewerEvents.ts';
import { finding, version } from './reviewerItems.ts';
import { review } from './reviewerReview.ts';
import { issue, issueOfStack, riskOfDay, stack, stackDay } from './reviewerStatistics.ts';

/** A closed review leaves the table at this age … */
const CLOSED_DAYS = 400;
/** … and can be read for seven years. */
const LIFE_DAYS = 7 * 366;
/** What a review leaves behind is kept as long as a review that was written on the same day. */
const HISTORY_DAYS = CLOSED_DAYS + LIFE_DAYS;
/** By then few read it but verify and rebuild, and those can wait for nothing: it stays readable at once. */
const WARM_DAYS = 90;

const closedReview = collection('review', {
  of: review,
  due: (r) =>
    r.now === null || r.now.status === 'pending' ? undefined : Date.parse(r.now.createdAt) + CLOSED_DAYS * DAY_MS,
  entities: [version],
  partition: (r) => `REVIEW#${r.reviewId}`,
  elsewhere: {
    of: [finding],
    keys: (r) => Object.keys(r.findings).map((findingId) => finding.key.build({ findingId, reviewId: r.reviewId })),
  },
  head: (r) => (r.now === null ? undefined : version.key.build({ reviewId: r.reviewId, version: r.now.version })),
  knows: (r, member) => Number(version.key.match(member)?.version ?? 0) <= (r.now?.version ?? 0),
  storageClass: 'GLACIER_IR',
  lifeDays: LIFE_DAYS,
});

/** AI review of Terraform stacks: the default system. */
export const reviewer = defineSystem({
  name: 'reviewer',
  table: {
    name: (stage) => `terraform-spacelift-ai-reviewer-reviews-${stage}`,
    partitionKey: 'PK',
    sortKey: 'SK',
    ttl: 'expiresAt',
    indexes: [
      { name: 'GSI1', partition: 'stackId', sort: 'createdAt' },
      { name: 'GSI2', partition: 'GSI2PK', sort: 'riskScore', sortType: 'N' },
      { name: 'GSI3', partition: 'GSI3PK', sort: 'GSI3SK', sortType: 'N' },
      { name: 'GSI4', partition: 'GSI4PK', sort: 'GSI4SK' },
    ],
  },
  entities: [version, finding],
  statistics: [review, stack, stackDay, riskOfDay, issueOfStack, issue],
  events: Object.values(events),
  retention: [closedReview],
  archive: {
    journal: { storageClass: 'GLACIER_IR', afterDays: WARM_DAYS, lifeDays: HISTORY_DAYS },
    events: { storageClass: 'GLACIER_IR', afterDays: WARM_DAYS, lifeDays: HISTORY_DAYS },
  },
});
