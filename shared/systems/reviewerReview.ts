import { count } from '../model/measures/count.ts';
import { countBy } from '../model/measures/countBy.ts';
import { label } from '../model/measures/label.ts';
import { members } from '../model/measures/members.ts';
import { newest } from '../model/measures/newest.ts';
import { sum } from '../model/measures/sum.ts';
import { perItem } from '../model/memo.ts';
import { statistic } from '../model/statistic.ts';
import { dayOf } from '../model/time.ts';
import { indexShard } from './indexShard.ts';
import { type Finding, finding, type ReviewVersion, riskRemoved, version } from './reviewerItems.ts';

/** A type, not an interface: only so is it assignable to plain JSON. */
export type Now = {
  version: number;
  status: ReviewVersion['status'];
  riskScore: number | null;
  stackId: string;
  requestedAt: string;
  createdAt: string;
};

/** What later statistics need of a finding, as one text of its review. */
export interface HeldFinding extends Pick<Finding, 'issueHash' | 'createdAt' | 'severity' | 'category' | 'rule'> {
  readonly findingId: string;
}

/**
 * A review now: its newest version, and all that stacks and issues need to know of it. They are fed by this one record
 * instead of by each version and finding, so that a review of many findings costs each of them one write.
 */
export const review = statistic('review', {
  key: 'REVIEW#{reviewId} / STATS',
  measures: {
    now: newest<Now>(),
    stackId: label<string>(),
    attempts: count(),
    failures: count(),
    fixes: count(),
    riskRemoved: sum(),
    findings: members(),
    /** Findings fixed so far, by issue. */
    fixed: countBy(),
    /** Fix versions, findings fixed and points of risk removed, by day. */
    fixesOfDay: countBy(),
    fixedOfDay: countBy(),
    riskOfDay: countBy(),
  },
  feeds: (from) => [
    from(version, (v) => [
      {
        into: { reviewId: v.reviewId },
        add: {
          now: { order: v.version, value: nowOf(v) },
          stackId: v.stackId,
          attempts: 1,
          failures: v.status === 'failed',
          ...(v.fixApplied && fixOf(v)),
        },
      },
    ]),
    from(finding, (f) => [
      { into: { reviewId: f.reviewId }, add: { stackId: f.stackId, findings: { id: f.findingId, text: heldText(f) } } },
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

export type Review = typeof review.example;

export const heldFindings = perItem((r: Pick<Review, 'findings'>): readonly HeldFinding[] =>
  Object.keys(r.findings)
    .sort()
    .map((findingId) => {
      const [issueHash, createdAt, severity, category, rule] = JSON.parse(r.findings[findingId] as string);
      return { findingId, issueHash, createdAt, severity, category, rule };
    }),
);

/** The findings that are not fixed; of one issue, the first ones are taken as fixed first. */
export const openFindings = perItem((r: Pick<Review, 'findings' | 'fixed'>): readonly HeldFinding[] => {
  const fixed = new Map(Object.entries(r.fixed));
  return heldFindings(r).filter(({ issueHash }) => {
    const left = fixed.get(issueHash) ?? 0;
    if (left > 0) fixed.set(issueHash, left - 1);
    return left <= 0;
  });
});

const heldText = (f: Finding): string => JSON.stringify([f.issueHash, f.createdAt, f.severity, f.category, f.rule]);

const nowOf = (v: ReviewVersion): Now => ({
  version: v.version,
  status: v.status,
  riskScore: v.riskScore ?? null,
  stackId: v.stackId,
  requestedAt: v.requestedAt,
  createdAt: v.createdAt,
});

function fixOf(v: ReviewVersion) {
  const fixed = new Map<string, number>();
  let findings = 0;
  for (const part of v.fixDetails?.fixed ?? []) {
    fixed.set(part.hash, (fixed.get(part.hash) ?? 0) + part.findings);
    findings += part.findings;
  }
  const day = dayOf(v.createdAt);
  const removed = riskRemoved(v);
  return {
    fixes: 1,
    riskRemoved: removed,
    fixed: Object.fromEntries(fixed),
    fixesOfDay: day,
    fixedOfDay: { [day]: findings },
    riskOfDay: { [day]: removed },
  };
}
