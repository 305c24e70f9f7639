import { count } from '../../../shared/model/measures/count.ts';
import { countBy } from '../../../shared/model/measures/countBy.ts';
import { histogram } from '../../../shared/model/measures/histogram.ts';
import { sum } from '../../../shared/model/measures/sum.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import { dayOf } from '../../../shared/model/time.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import {
  CATEGORIES,
  type Finding,
  finding,
  type ReviewVersion,
  riskRemoved,
  SEVERITIES,
  STATUSES,
  version,
} from '../../../shared/systems/reviewerItems.ts';

/**
 * Five statistics of the real file that single items feed and that only add: what all ways can keep. (The reviewer's own
 * ones follow a review's newest version, which no plain counter can.)
 */
const ofStack = {
  versions: count(),
  byStatus: countBy(STATUSES),
  risk: histogram(0, 100),
  riskRemoved: sum(),
  findings: count(),
  bySeverity: countBy(SEVERITIES),
  byCategory: countBy(CATEGORIES),
};

const counted = (v: ReviewVersion) => ({
  versions: 1,
  byStatus: v.status,
  ...(v.riskScore !== undefined && { risk: v.riskScore }),
});
const tried = (v: ReviewVersion) => ({ ...counted(v), ...(v.fixApplied && { riskRemoved: riskRemoved(v) }) });
const found = (f: Finding) => ({ findings: 1, bySeverity: f.severity, byCategory: f.category });

const stack = statistic('stack', {
  key: 'STACK#{stackId} / STATS',
  measures: ofStack,
  feeds: (from) => [
    from(version, (v) => [{ into: { stackId: v.stackId }, add: tried(v) }]),
    from(finding, (f) => [{ into: { stackId: f.stackId }, add: found(f) }]),
  ],
});

const stackDay = statistic('stackDay', {
  key: 'STACK#{stackId} / STATS#{day}',
  measures: ofStack,
  feeds: (from) => [
    from(version, (v) => [{ into: { stackId: v.stackId, day: dayOf(v.createdAt) }, add: tried(v) }]),
    from(finding, (f) => [{ into: { stackId: f.stackId, day: dayOf(f.createdAt) }, add: found(f) }]),
  ],
});

const riskOfDay = statistic('riskOfDay', {
  key: 'RISK#{day} / STATS',
  measures: { versions: count(), byStatus: countBy(STATUSES), risk: histogram(0, 100) },
  feeds: (from) => [from(version, (v) => [{ into: { day: dayOf(v.createdAt) }, add: counted(v) }])],
});

const ofIssue = { occurrences: count(), fixed: count() };
const fixedOf = (v: ReviewVersion) => v.fixDetails?.fixed ?? [];

const issueOfStack = statistic('issueOfStack', {
  key: 'ISSUE#{issueHash} / STACK#{stackId}',
  measures: ofIssue,
  feeds: (from) => [
    from(finding, (f) => [{ into: { issueHash: f.issueHash, stackId: f.stackId }, add: { occurrences: 1 } }]),
    from(version, (v) =>
      fixedOf(v).map(({ hash, findings }) => ({
        into: { issueHash: hash, stackId: v.stackId },
        add: { fixed: findings },
      })),
    ),
  ],
});

const issue = statistic('issue', {
  key: 'ISSUE#{issueHash} / STATS',
  measures: ofIssue,
  feeds: (from) => [
    from(finding, (f) => [{ into: { issueHash: f.issueHash }, add: { occurrences: 1 } }]),
    from(version, (v) =>
      fixedOf(v).map(({ hash, findings }) => ({ into: { issueHash: hash }, add: { fixed: findings } })),
    ),
  ],
});

export const counters = defineSystem({
  name: 'counters',
  table: reviewer.table,
  entities: [version, finding],
  statistics: [stack, stackDay, riskOfDay, issue, issueOfStack],
  events: [],
  retention: [],
});
