import { count } from '../model/measures/count.ts';
import { countBy } from '../model/measures/countBy.ts';
import { max, min } from '../model/measures/extreme.ts';
import { histogram } from '../model/measures/histogram.ts';
import { label } from '../model/measures/label.ts';
import { members } from '../model/measures/members.ts';
import { newest } from '../model/measures/newest.ts';
import { sum } from '../model/measures/sum.ts';
import { statistic, type Views } from '../model/statistic.ts';
import { dayOf } from '../model/time.ts';
import {
  CATEGORIES,
  finding,
  type ReviewVersion,
  riskRemoved,
  SEVERITIES,
  STATUSES,
  version,
} from './reviewerItems.ts';

type Status = ReviewVersion['status'];
/** A type, not an interface: only so is it assignable to plain JSON. */
type Now = {
  version: number;
  status: Status;
  riskScore: number | null;
  stackId: string;
  requestedAt: string;
  createdAt: string;
};

/** How many partitions of an index share one busy value (a status, a category). Readers merge them. */
export const INDEX_SHARDS = 4;
const indexShard = (id: string): number =>
  [...id].reduce((sum, char) => (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973, 7) % INDEX_SHARDS;

/** The newest version of a review, with what later statistics need to know of all of them. */
export const review = statistic('review', {
  key: 'REVIEW#{reviewId} / STATS',
  measures: {
    now: newest<Now>(),
    attempts: count(),
    failures: count(),
    fixes: count(),
    riskRemoved: sum(),
    /** Finding id to issue and day: so that a review counts once per issue, and an open finding on its own day. */
    findings: members(),
    /** Findings fixed so far, by issue. */
    fixed: countBy(),
    /** Fix versions by day: a review counts once for each day. */
    fixDays: countBy(),
  },
  feeds: (from) => [
    from(version, (v) => [
      {
        into: { reviewId: v.reviewId },
        add: {
          now: { order: v.version, value: nowOf(v) },
          attempts: 1,
          failures: v.status === 'failed',
          ...(v.fixApplied && {
            fixes: 1,
            fixDays: dayOf(v.createdAt),
            riskRemoved: riskRemoved(v),
            fixed: fixedByIssue(v),
          }),
        },
      },
    ]),
    from(finding, (f) => [
      {
        into: { reviewId: f.reviewId },
        add: { findings: { id: f.findingId, text: `${f.issueHash}@${dayOf(f.createdAt)}` } },
      },
    ]),
  ],
  // `now` is a map of its own: on the top level its stackId and createdAt would put it into GSI1, among the versions.
  shape: (r) => ({
    reviewId: r.reviewId,
    now: r.now,
    attempts: r.attempts,
    failures: r.failures,
    fixes: r.fixes,
    riskRemoved: r.riskRemoved,
    findings: Object.keys(r.findings).length,
  }),
  indexes: (r) => (r.now ? { GSI4PK: `${r.now.status}#${indexShard(r.reviewId)}`, GSI4SK: r.now.createdAt } : {}),
});

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
    from(review, (r) =>
      r.now === null
        ? []
        : [
            {
              into: { stackId: r.now.stackId },
              add: {
                ...reviewed(r.now),
                fixedReviews: r.fixes > 0,
                open: openByDay(r).reduce((n, [, open]) => n + open, 0),
              },
            },
          ],
    ),
    from(finding, (f) => [{ into: { stackId: f.stackId }, add: found(f.severity, f.category) }]),
    from(version, (v) => (v.fixApplied ? [{ into: { stackId: v.stackId }, add: fixApplied(v) }] : [])),
  ],
  shape: (s) => ({ ...stackShape(s) }),
});

/** The same for one UTC day: a review by requestedAt, a finding or a fix by createdAt. */
export const stackDay = statistic('stackDay', {
  key: 'STACK#{stackId} / STATS#{day}',
  measures: ofStack,
  feeds: (from) => [
    from(review, (r) => {
      if (r.now === null) return [];
      const { stackId } = r.now;
      return [
        { into: { stackId, day: dayOf(r.now.requestedAt) }, add: reviewed(r.now) },
        ...Object.keys(r.fixDays).map((day) => ({ into: { stackId, day }, add: { fixedReviews: 1 } })),
        ...openByDay(r).map(([day, open]) => ({ into: { stackId, day }, add: { open } })),
      ];
    }),
    from(finding, (f) => [
      { into: { stackId: f.stackId, day: dayOf(f.createdAt) }, add: found(f.severity, f.category) },
    ]),
    from(version, (v) =>
      v.fixApplied ? [{ into: { stackId: v.stackId, day: dayOf(v.createdAt) }, add: fixApplied(v) }] : [],
    ),
  ],
  shape: (s) => ({ day: s.day, ...stackShape(s) }),
});

export const riskOfDay = statistic('riskOfDay', {
  key: 'RISK#{day} / STATS',
  measures: { reviews: count(), byStatus: countBy(STATUSES), risk: histogram(0, 100) },
  feeds: (from) => [
    from(review, (r) =>
      r.now === null
        ? []
        : [
            {
              into: { day: dayOf(r.now.requestedAt) },
              add: { reviews: 1, byStatus: r.now.status, ...(r.now.riskScore !== null && { risk: r.now.riskScore }) },
            },
          ],
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
    from(finding, (f) => [
      {
        into: { issueHash: f.issueHash, stackId: f.stackId },
        add: {
          occurrences: 1,
          what: { rule: f.rule, category: f.category, severity: f.severity },
          firstSeenAt: f.createdAt,
          lastSeenAt: f.createdAt,
        },
      },
    ]),
    from(version, (v) =>
      Object.entries(fixedByIssue(v)).map(([issueHash, fixed]) => ({
        into: { issueHash, stackId: v.stackId },
        add: { fixed },
      })),
    ),
    from(review, (r) =>
      r.now === null
        ? []
        : [...issuesOf(r)].map((issueHash) => ({
            into: { issueHash, stackId: (r.now as Now).stackId },
            add: { reviews: 1 },
          })),
    ),
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
    const { occurrences, open, fixed, reviews, rule, category, severity, firstSeenAt, lastSeenAt } = issueShape(i);
    return {
      issueHash: i.issueHash,
      rule,
      category,
      severity,
      occurrences,
      open,
      fixed,
      stacks: i.stacks,
      reviews,
      firstSeenAt,
      lastSeenAt,
    };
  },
  indexes: (i) =>
    i.what && i.occurrences > 0
      ? { GSI3PK: `${i.what.category}#${indexShard(i.issueHash)}`, GSI3SK: i.occurrences }
      : {},
});

const nowOf = (v: ReviewVersion): Now => ({
  version: v.version,
  status: v.status,
  riskScore: v.riskScore ?? null,
  stackId: v.stackId,
  requestedAt: v.requestedAt,
  createdAt: v.createdAt,
});

const reviewed = (now: Now) => ({
  reviews: 1,
  byStatus: now.status,
  ...(now.riskScore !== null && { risk: now.riskScore }),
  firstReviewedAt: now.requestedAt,
  lastReviewedAt: now.requestedAt,
});

const found = (severity: string, category: string) => ({ findings: 1, bySeverity: severity, byCategory: category });

const fixApplied = (v: ReviewVersion) => ({
  riskRemoved: riskRemoved(v),
  fixedFindings: v.fixDetails?.fixed.reduce((n, { findings }) => n + findings, 0) ?? 0,
});

const fixedByIssue = (v: ReviewVersion): Record<string, number> => {
  const fixed: Record<string, number> = {};
  for (const { hash, findings } of v.fixDetails?.fixed ?? []) fixed[hash] = (fixed[hash] ?? 0) + findings;
  return fixed;
};

type Held = { findings: Record<string, string>; fixed: Record<string, number> };

const issuesOf = (r: Held): Set<string> =>
  new Set(Object.values(r.findings).map((text) => text.split('@')[0] as string));

/** Open findings of a review by the day they were made; of one issue, the earliest made are taken as fixed first. */
function openByDay(r: Held): [string, number][] {
  const fixed = { ...r.fixed };
  const open = new Map<string, number>();
  for (const id of Object.keys(r.findings).sort()) {
    const [hash, day] = (r.findings[id] as string).split('@') as [string, string];
    const left = fixed[hash] ?? 0;
    if (left > 0) fixed[hash] = left - 1;
    else open.set(day, (open.get(day) ?? 0) + 1);
  }
  return [...open];
}

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
