import type { LineFinding, ReviewLine } from '../oracle/lines.ts';
import { materialise, type Tables } from '../oracle/tables.ts';

const finding = (hash: string, severity: string): LineFinding => ({
  rule: `rule-${hash}`,
  category: 'security',
  severity: severity as LineFinding['severity'],
  path: 'main.tf',
  line: 7,
  hash,
});

const line = (id: string, stack: string, day: string, more: Partial<ReviewLine>): ReviewLine => ({
  review_id: id,
  stack_id: stack,
  requested_at: `${day}T09:00:00Z`,
  completed_at: `${day}T10:00:00Z`,
  created_by: 'u-1',
  status: 'completed',
  risk_score: 0,
  findings: [],
  fixed_issue_hashes: [],
  ...more,
});

/** No severity has this name: the finding is parked. */
const MALFORMED = 'catastrophic';

/**
 * Two stacks; an issue that is found twice (a threshold), fixed in one of them; a failed review; a malformed finding.
 * When the last line is fed, the first review is older than 400 days, and nothing ever fixed it: it is due.
 */
export const LINES: readonly ReviewLine[] = [
  line('aaaaaaaaaaa1', 'one', '2024-01-10', { risk_score: 8, findings: [finding('b0b0', 'medium')] }),
  line('aaaaaaaaaaa2', 'one', '2025-01-05', { risk_score: 60, findings: [finding('a0a0', 'high')] }),
  line('aaaaaaaaaaa3', 'two', '2025-01-06', {
    risk_score: 40,
    findings: [finding('a0a0', 'high'), finding('c0c0', MALFORMED)],
  }),
  line('aaaaaaaaaaa4', 'one', '2025-01-07', { status: 'failed', risk_score: null, error: 'timed out' }),
  line('aaaaaaaaaaa5', 'one', '2025-03-01', { risk_score: 3, fixed_issue_hashes: ['a0a0'] }),
];

export const LEAVING_REVIEW = 'aaaaaaaaaaa1';
export const PARKED_KEY = 'FINDING#aaaaaaaaaaa3-1/REVIEW#aaaaaaaaaaa3';

/** What of the history is well formed, and counts. */
export function wellFormed(): Tables {
  const { versions, findings } = materialise(LINES);
  return { versions, findings: findings.filter(({ severity }) => String(severity) !== MALFORMED) };
}
