import { count } from '../model/measures/count.ts';
import { countBy } from '../model/measures/countBy.ts';
import { max, min } from '../model/measures/extreme.ts';
import { histogram } from '../model/measures/histogram.ts';
import { label } from '../model/measures/label.ts';
import { sum } from '../model/measures/sum.ts';
import { statistic, type Views } from '../model/statistic.ts';
import { dayOf } from '../model/time.ts';
import { indexShard } from './indexShard.ts';
import { CATEGORIES, SEVERITIES, STATUSES } from './reviewerItems.ts';
import { type HeldFinding, heldFindings, type Now, openFindings, type Review, review } from './reviewerReview.ts';

const ofStack = {
  reviews: count(),
  byStatus: countBy(STATUSES),
  risk: histogram(0, 100),
  findings: count(),
  open: count(),
  bySeverity: countBy(SEVERITIES),
  byCategory: countBy(CATEGORIES),
  fixedReviews: count(),
  fixedFindings: count(),
  riskRemoved: sum(),
  firstReviewedAt: min<string>(),
  lastReviewedAt: max<string>(),
};

export const stack = statistic('stack', {
  key: 'STACK#{stackId} / STATS',
  measures: ofStack,
  feeds: (from) => [
    from(review, (r) => {
      if (r.stackId === null) return [];
      const into = { stackId: r.stackId };
      return [
        ...(r.now ? [{ into, add: reviewed(r.now) }] : []),
        ...(r.fixes > 0
          ? [{ into, add: { fixedReviews: 1, fixedFindings: total(r.fixed), riskRemoved: r.riskRemoved } }]
          : []),
        ...heldFindings(r).map((f) => ({ into, add: found(f) })),
        { into, add: { open: openFindings(r).length } },
      ];
    }),
  ],
  shape: (s) => stackShape(s),
});

/** The same for one UTC day: a review by requestedAt, a finding or a fix by createdAt. */
export const stackDay = statistic('stackDay', {
  key: 'STACK#{stackId} / STATS#{day}',
  measures: ofStack,
  feeds: (from) => [
    from(review, (r) => {
      if (r.stackId === null) return [];
      const on = (day: string) => ({ stackId: r.stackId as string, day });
      return [
        ...(r.now ? [{ into: on(dayOf(r.now.requestedAt)), add: reviewed(r.now) }] : []),
        ...Object.keys(r.fixesOfDay).map((day) => ({
          into: on(day),
          add: { fixedReviews: 1, fixedFindings: r.fixedOfDay[day] ?? 0, riskRemoved: r.riskOfDay[day] ?? 0 },
        })),
        ...heldFindings(r).map((f) => ({ into: on(dayOf(f.createdAt)), add: found(f) })),
        ...openFindings(r).map((f) => ({ into: on(dayOf(f.createdAt)), add: { open: 1 } })),
      ];
    }),
  ],
  shape: (s) => ({ day: s.day, ...stackShape(s) }),
});

export const riskOfDay = statistic('riskOfDay', {
  key: 'RISK#{day} / STATS',
  measures: { reviews: count(), byStatus: countBy(STATUSES), risk: histogram(0, 100) },
  feeds: (from) => [
    from(review, ({ now }) =>
      now === null
        ? []
        : [{ into: { day: dayOf(now.requestedAt) }, add: { reviews: 1, byStatus: now.status, ...scored(now) } }],
    ),
  ],
});

const ofIssue = {
  occurrences: count(),
  fixed: count(),
  reviews: count(),
  what: label<{ rule: string; category: string; severity: string }>(),
  firstSeenAt: min<string>(),
  lastSeenAt: max<string>(),
};

export const issueOfStack = statistic('issueOfStack', {
  key: 'ISSUE#{issueHash} / STACK#{stackId}',
  measures: ofIssue,
  feeds: (from) => [
    from(review, (r) => {
      if (r.stackId === null) return [];
      const into = (issueHash: string) => ({ issueHash, stackId: r.stackId as string });
      return [
        ...heldFindings(r).map((f) => ({ into: into(f.issueHash), add: seen(f) })),
        ...issuesOf(r).map((issueHash) => ({ into: into(issueHash), add: { reviews: 1 } })),
        ...Object.entries(r.fixed).map(([issueHash, fixed]) => ({ into: into(issueHash), add: { fixed } })),
      ];
    }),
  ],
  shape: (i) => ({ issueHash: i.issueHash, stackId: i.stackId, ...issueShape(i) }),
});

export const issue = statistic('issue', {
  key: 'ISSUE#{issueHash} / STATS',
  measures: { ...ofIssue, stacks: count() },
  feeds: (from) => [
    from(issueOfStack, (i) => [
      {
        into: { issueHash: i.issueHash },
        add: {
          occurrences: i.occurrences,
          fixed: i.fixed,
          reviews: i.reviews,
          stacks: i.occurrences > 0,
          ...(i.what && { what: i.what }),
          ...(i.firstSeenAt && { firstSeenAt: i.firstSeenAt }),
          ...(i.lastSeenAt && { lastSeenAt: i.lastSeenAt }),
        },
      },
    ]),
  ],
  shape: (i) => {
    const { rule, category, severity, occurrences, open, fixed, reviews, firstSeenAt, lastSeenAt } = issueShape(i);
    const { issueHash, stacks } = i;
    return { issueHash, rule, category, severity, occurrences, open, fixed, stacks, reviews, firstSeenAt, lastSeenAt };
  },
  indexes: (i) =>
    i.what && i.occurrences > 0
      ? { GSI3PK: `${i.what.category}#${indexShard(i.issueHash)}`, GSI3SK: i.occurrences }
      : {},
});

const scored = (now: Now) => (now.riskScore === null ? {} : { risk: now.riskScore });

const reviewed = (now: Now) => ({
  reviews: 1,
  byStatus: now.status,
  ...scored(now),
  firstReviewedAt: now.requestedAt,
  lastReviewedAt: now.requestedAt,
});

const found = ({ severity, category }: HeldFinding) => ({ findings: 1, bySeverity: severity, byCategory: category });

const seen = ({ rule, category, severity, createdAt }: HeldFinding) => ({
  occurrences: 1,
  what: { rule, category, severity },
  firstSeenAt: createdAt,
  lastSeenAt: createdAt,
});

const issuesOf = (r: Review): string[] => [...new Set(heldFindings(r).map(({ issueHash }) => issueHash))];

const total = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, n) => sum + n, 0);

const stackShape = (s: Views<typeof ofStack> & { stackId: string }) => ({
  stackId: s.stackId,
  reviews: s.reviews,
  byStatus: s.byStatus,
  risk: s.risk,
  findings: { total: s.findings, open: s.open, bySeverity: s.bySeverity, byCategory: s.byCategory },
  fixes: { reviews: s.fixedReviews, findings: s.fixedFindings, riskRemoved: s.riskRemoved },
  failureRate: s.reviews === 0 ? null : (s.byStatus.failed ?? 0) / s.reviews,
  firstReviewedAt: s.firstReviewedAt,
  lastReviewedAt: s.lastReviewedAt,
});

const issueShape = (i: Views<typeof ofIssue>) => ({
  rule: i.what?.rule ?? null,
  category: i.what?.category ?? null,
  severity: i.what?.severity ?? null,
  occurrences: i.occurrences,
  open: i.occurrences - i.fixed,
  fixed: i.fixed,
  reviews: i.reviews,
  firstSeenAt: i.firstSeenAt,
  lastSeenAt: i.lastSeenAt,
});
