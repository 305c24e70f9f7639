import { distinct, groupBy, sum } from './group.ts';
import type { Category, Severity } from './lines.ts';
import type { FindingItem, Tables, VersionItem } from './tables.ts';
import { type FixVersion, findingsFixed, fixVersionsOf, newestVersions, openFindings, riskRemoved } from './views.ts';

export type RiskSummary = {
  count: number;
  mean: number | null;
  min: number | null;
  max: number | null;
  p50: number | null;
  p90: number | null;
};

type StackMeasures = {
  reviews: number;
  byStatus: { pending: number; completed: number; failed: number };
  risk: RiskSummary;
  findings: {
    total: number;
    open: number;
    bySeverity: Record<Severity, number>;
    byCategory: Record<Category, number>;
  };
  fixes: { reviews: number; findings: number; riskRemoved: number };
  failureRate: number | null;
  firstReviewedAt: string | null;
  lastReviewedAt: string | null;
};

export type StackRow = { stackId: string } & StackMeasures;
export type StackDayRow = { stackId: string; day: string } & StackMeasures;

export type IssueRow = {
  issueHash: string;
  rule: string;
  category: Category;
  severity: Severity;
  occurrences: number;
  open: number;
  fixed: number;
  stacks: number;
  reviews: number;
  firstSeenAt: string;
  lastSeenAt: string;
};

/**
 * What `findings.open` of a day says. 'since': of the findings made on this day, those that nothing has fixed since
 * (the documents' words). 'net': made on this day less fixed on this day, which can be negative.
 */
export type OpenOfDay = 'since' | 'net';

/** The rows that one stack, or one day of it, is measured by. */
type Slice = { newest: VersionItem[]; findings: FindingItem[]; fixes: FixVersion[] };

export function stacks(tables: Tables): StackRow[] {
  const open = openFindings(tables);
  const stackOf = (row: { stackId: string }): string => row.stackId;
  return slices(tables, stackOf, stackOf).map(([stackId, slice]) => ({ stackId, ...measure(slice, open) }));
}

export function stackDays(tables: Tables, openOfDay: OpenOfDay = 'since'): StackDayRow[] {
  const open = openFindings(tables);
  const dayOf = (row: { stackId: string }, time: string): string => `${time.slice(0, 10)} ${row.stackId}`;
  return slices(
    tables,
    (version) => dayOf(version, version.requestedAt),
    (row) => dayOf(row, row.createdAt),
  ).map(([key, slice]) => {
    const measures = measure(slice, open);
    const { findings, fixes } = measures;
    if (openOfDay === 'net') findings.open = findings.total - fixes.findings;
    return { stackId: key.slice(11), day: key.slice(0, 10), ...measures };
  });
}

export function issues(tables: Tables): IssueRow[] {
  const open = openFindings(tables);
  return groupBy(tables.findings, (finding) => finding.issueHash)
    .map(([issueHash, findings]) => issue(issueHash, findings, open))
    .sort((a, b) => b.occurrences - a.occurrences || (a.issueHash < b.issueHash ? -1 : 1));
}

function issue(issueHash: string, findings: FindingItem[], open: ReadonlySet<FindingItem>): IssueRow {
  const { rule, category, severity } = findings[0] as FindingItem;
  const seen = findings.map((finding) => finding.createdAt).sort();
  const stillOpen = findings.filter((finding) => open.has(finding)).length;
  return {
    issueHash,
    rule,
    category,
    severity,
    occurrences: findings.length,
    open: stillOpen,
    fixed: findings.length - stillOpen,
    stacks: distinct(findings, (finding) => finding.stackId),
    reviews: distinct(findings, (finding) => finding.reviewId),
    firstSeenAt: seen[0] as string,
    lastSeenAt: seen.at(-1) as string,
  };
}

function slices(
  tables: Tables,
  reviewKey: (version: VersionItem) => string,
  madeKey: (row: VersionItem | FindingItem) => string,
): [key: string, slice: Slice][] {
  const newest = groupBy(newestVersions(tables.versions), reviewKey);
  const findings = groupBy(tables.findings, madeKey);
  const fixes = groupBy(fixVersionsOf(tables.versions), madeKey);
  const [newestBy, findingsBy, fixesBy] = [new Map(newest), new Map(findings), new Map(fixes)];
  // A day on which nothing was requested can still have a finding or a fix.
  const keys = new Set([...newestBy.keys(), ...findingsBy.keys(), ...fixesBy.keys()]);
  return [...keys]
    .sort()
    .map((key) => [
      key,
      { newest: newestBy.get(key) ?? [], findings: findingsBy.get(key) ?? [], fixes: fixesBy.get(key) ?? [] },
    ]);
}

function measure({ newest, findings, fixes }: Slice, open: ReadonlySet<FindingItem>): StackMeasures {
  const withStatus = (status: VersionItem['status']): number => newest.filter((v) => v.status === status).length;
  const requested = newest.map((version) => version.requestedAt).sort();
  return {
    reviews: newest.length,
    byStatus: { pending: withStatus('pending'), completed: withStatus('completed'), failed: withStatus('failed') },
    risk: summarise(newest.flatMap((version) => (version.riskScore === undefined ? [] : [version.riskScore]))),
    findings: breakDown(findings, open),
    fixes: {
      reviews: distinct(fixes, (fix) => fix.reviewId),
      findings: findingsFixed(fixes),
      riskRemoved: riskRemoved(fixes),
    },
    failureRate: newest.length === 0 ? null : withStatus('failed') / newest.length,
    firstReviewedAt: requested[0] ?? null,
    lastReviewedAt: requested.at(-1) ?? null,
  };
}

function breakDown(findings: FindingItem[], open: ReadonlySet<FindingItem>): StackMeasures['findings'] {
  const severity = (name: Severity): number => findings.filter((finding) => finding.severity === name).length;
  const category = (name: Category): number => findings.filter((finding) => finding.category === name).length;
  return {
    total: findings.length,
    open: findings.filter((finding) => open.has(finding)).length,
    bySeverity: {
      critical: severity('critical'),
      high: severity('high'),
      medium: severity('medium'),
      low: severity('low'),
      info: severity('info'),
    },
    byCategory: {
      security: category('security'),
      reliability: category('reliability'),
      cost: category('cost'),
      maintainability: category('maintainability'),
      style: category('style'),
    },
  };
}

export function summarise(scores: readonly number[]): RiskSummary {
  const sorted = [...scores].sort((a, b) => a - b);
  const nearestRank = (percent: number): number | null =>
    sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? null;
  return {
    count: sorted.length,
    mean: sorted.length === 0 ? null : sum(sorted) / sorted.length,
    min: sorted[0] ?? null,
    max: sorted.at(-1) ?? null,
    p50: nearestRank(50),
    p90: nearestRank(90),
  };
}
