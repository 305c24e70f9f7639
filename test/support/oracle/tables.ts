import { groupBy, sum } from './group.ts';
import type { Category, ReviewLine, Severity } from './lines.ts';

type Fixed = { hash: string; findings: number; severity: Severity; category: Category };
export type FixDetails = { by: string; riskBefore: number; fixed: Fixed[] };

export type VersionItem = {
  reviewId: string;
  version: number;
  stackId: string;
  status: 'pending' | 'completed' | 'failed';
  riskScore?: number;
  requestedAt: string;
  createdAt: string;
  createdBy: string;
  fixApplied?: true;
  fixDetails?: FixDetails;
  error?: string;
};

export type FindingItem = {
  findingId: string;
  reviewId: string;
  issueHash: string;
  category: Category;
  severity: Severity;
  rule: string;
  path: string;
  line: number;
  stackId: string;
  createdAt: string;
};

export type Tables = { versions: VersionItem[]; findings: FindingItem[] };

/** A review as later ones of its stack see it. */
type Earlier = { newest: VersionItem; open: FindingItem[] };

const WEIGHTS: Record<Severity, number> = { critical: 40, high: 20, medium: 8, low: 3, info: 1 };

function utc(time: string): string {
  return new Date(time).toISOString();
}

function weigh(findings: readonly { severity: Severity }[]): number {
  return Math.min(100, sum(findings.map((finding) => WEIGHTS[finding.severity])));
}

/** Every item that the lines of the file put into the table, in the order of the writes (DATA.md, steps 1 to 3). */
export function materialise(lines: readonly ReviewLine[]): Tables {
  const tables: Tables = { versions: [], findings: [] };
  const stacks = new Map<string, Earlier[]>();
  for (const line of lines) {
    const pending = requested(line);
    const done = finished(line, pending);
    const found = findingsOf(line, done);
    const earlier = stacks.get(line.stack_id) ?? [];
    // The fixing review joins its stack last: what it found itself is not fixed by it.
    const fixes = fixVersions(line, earlier, done.createdAt);
    stacks.set(line.stack_id, [...earlier, { newest: done, open: found }]);
    tables.versions.push(pending, done, ...fixes);
    tables.findings.push(...found);
  }
  return tables;
}

function requested(line: ReviewLine): VersionItem {
  const requestedAt = utc(line.requested_at);
  return {
    reviewId: line.review_id,
    version: 1,
    stackId: line.stack_id,
    status: 'pending',
    requestedAt,
    createdAt: requestedAt,
    createdBy: line.created_by,
  };
}

function finished(line: ReviewLine, pending: VersionItem): VersionItem {
  return {
    ...pending,
    version: 2,
    status: line.status,
    createdAt: utc(line.completed_at),
    ...(line.risk_score === null ? {} : { riskScore: line.risk_score }),
    ...(line.error === undefined ? {} : { error: line.error }),
  };
}

function findingsOf(line: ReviewLine, done: VersionItem): FindingItem[] {
  return line.findings.map(({ hash, category, severity, rule, path, line: lineNumber }, place) => ({
    findingId: `${line.review_id}-${place}`,
    reviewId: line.review_id,
    issueHash: hash,
    category,
    severity,
    rule,
    path,
    line: lineNumber,
    stackId: line.stack_id,
    createdAt: done.createdAt,
  }));
}

function fixVersions(line: ReviewLine, earlier: readonly Earlier[], createdAt: string): VersionItem[] {
  const hashes = new Set(line.fixed_issue_hashes);
  const touched = earlier.filter((review) => review.open.some((finding) => hashes.has(finding.issueHash)));
  return touched.map((review) => {
    const gone = review.open.filter((finding) => hashes.has(finding.issueHash));
    review.open = review.open.filter((finding) => !hashes.has(finding.issueHash));
    review.newest = fixVersion(review, gone, line.review_id, createdAt);
    return review.newest;
  });
}

function fixVersion({ newest, open }: Earlier, gone: FindingItem[], by: string, createdAt: string): VersionItem {
  if (newest.riskScore === undefined) throw new Error(`${newest.reviewId} has findings but no risk score to fix`);
  const fixed = groupBy(gone, (finding) => finding.issueHash).map(([hash, findings]) => {
    const { severity, category } = findings[0] as FindingItem;
    return { hash, findings: findings.length, severity, category };
  });
  return {
    ...newest,
    version: newest.version + 1,
    riskScore: weigh(open),
    createdAt,
    fixApplied: true,
    fixDetails: { by, riskBefore: newest.riskScore, fixed },
  };
}
