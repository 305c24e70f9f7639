import { type Attributes, encodeAttributes } from '../../shared/model/attribute.ts';
import { isoUtc } from '../../shared/model/time.ts';
import { indexShard } from '../../shared/systems/indexShard.ts';
import type { ReviewLine } from './reviewLine.ts';

/** Points that an open finding adds to its review's risk, at most MAX_RISK in all. */
const WEIGHTS: Record<string, number> = { critical: 40, high: 20, medium: 8, low: 3, info: 1 };
const MAX_RISK = 100;

type LineFinding = NonNullable<ReviewLine['findings']>[number];

/** What the history must remember of a review: its versions so far, and what is still open. */
interface Remembered {
  readonly reviewId: string;
  readonly requestedAt: unknown;
  readonly createdBy: unknown;
  version: number;
  risk: unknown;
  open: LineFinding[];
}

/** The writes of one line, in three steps: each step is one moment in the life of a table. */
export interface LineWrites {
  readonly requested: Attributes[];
  readonly finished: Attributes[];
  readonly fixes: Attributes[];
}

/** Turns lines, in file order, into table writes (DATA.md): a fix is a next version of every earlier review that it touches. */
export class ReviewHistory {
  readonly #stacks = new Map<unknown, Remembered[]>();

  writesOf(line: ReviewLine): LineWrites {
    const completedAt = utc(line.completed_at);
    const about = {
      reviewId: line.review_id,
      stackId: line.stack_id,
      requestedAt: utc(line.requested_at),
      createdBy: line.created_by,
    };
    const failed = line.status === 'failed';
    const risk = failed ? undefined : (line.risk_score ?? undefined);
    const findings = line.findings ?? [];
    const writes = {
      requested: [version({ ...about, version: 1, status: 'pending', createdAt: about.requestedAt })],
      finished: [
        version({
          ...about,
          version: 2,
          previousVersion: 1,
          status: line.status,
          riskScore: risk,
          error: line.error,
          createdAt: completedAt,
        }),
        ...findings.map((finding, place) => findingItem(line, finding, place, completedAt)),
      ],
      fixes: this.#fixesBy(line, completedAt),
    };
    this.#remember(line.stack_id, { ...about, version: 2, risk, open: findings });
    return writes;
  }

  #fixesBy(line: ReviewLine, completedAt: unknown): Attributes[] {
    const hashes = new Set(line.fixed_issue_hashes ?? []);
    if (hashes.size === 0) return [];
    return (this.#stacks.get(line.stack_id) ?? []).flatMap((review) => {
      const fixed = review.open.filter(({ hash }) => hashes.has(hash));
      if (fixed.length === 0) return [];
      const riskBefore = review.risk;
      review.open = review.open.filter(({ hash }) => !hashes.has(hash));
      review.risk = Math.min(
        MAX_RISK,
        review.open.reduce((sum, { severity }) => sum + (WEIGHTS[severity ?? ''] ?? 0), 0),
      );
      review.version++;
      return [
        version({
          reviewId: review.reviewId,
          version: review.version,
          previousVersion: review.version - 1,
          stackId: line.stack_id,
          status: 'completed',
          riskScore: review.risk,
          requestedAt: review.requestedAt,
          createdAt: completedAt,
          createdBy: review.createdBy,
          fixApplied: true,
          fixDetails: { by: line.review_id, riskBefore, fixed: byIssue(fixed) },
        }),
      ];
    });
  }

  #remember(stack: unknown, review: Remembered): void {
    const reviews = this.#stacks.get(stack);
    if (reviews) reviews.push(review);
    else this.#stacks.set(stack, [review]);
  }
}

function version(fields: Record<string, unknown>): Attributes {
  const { reviewId, createdAt, riskScore } = fields;
  return encodeAttributes({
    PK: `REVIEW#${reviewId}`,
    SK: `VERSION#${fields.version}`,
    ...fields,
    ...(typeof riskScore === 'number' && {
      GSI2PK: `${String(createdAt).slice(0, 10)}#${indexShard(String(reviewId))}`,
    }),
  });
}

const findingItem = (line: ReviewLine, finding: LineFinding, place: number, createdAt: unknown): Attributes => {
  const findingId = `${line.review_id}-${place}`;
  const { hash, category } = finding;
  const epoch = Date.parse(String(createdAt));
  return encodeAttributes({
    PK: `FINDING#${findingId}`,
    SK: `REVIEW#${line.review_id}`,
    findingId,
    reviewId: line.review_id,
    stackId: line.stack_id,
    issueHash: hash,
    rule: finding.rule,
    category,
    severity: finding.severity,
    path: finding.path,
    line: finding.line,
    createdAt,
    ...(!Number.isNaN(epoch) && { GSI3PK: `${category}#${hash}`, GSI3SK: epoch }),
  });
};

/** A review can hold one issue several times. */
function byIssue(findings: readonly LineFinding[]): unknown[] {
  const issues = new Map<string, { hash: string; findings: number; severity: unknown; category: unknown }>();
  for (const { hash, severity, category } of findings) {
    const issue = issues.get(hash);
    if (issue) issue.findings++;
    else issues.set(hash, { hash, findings: 1, severity, category });
  }
  return [...issues.values()];
}

/** UTC with milliseconds; what is no time stays as it is, for the pipeline to refuse. */
function utc(time: unknown): unknown {
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(ms) ? time : isoUtc(ms);
}
