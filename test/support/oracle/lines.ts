import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';
export type Category = 'security' | 'reliability' | 'cost' | 'maintainability' | 'style';

export type LineFinding = {
  rule: string;
  category: Category;
  severity: Severity;
  path: string;
  line: number;
  hash: string;
};

/** One line of terraform-reviews.ndjson.gz; only what the oracle reads is named. */
export type ReviewLine = {
  review_id: string;
  stack_id: string;
  requested_at: string;
  completed_at: string;
  created_by: string;
  status: 'completed' | 'failed';
  error?: string;
  risk_score: number | null;
  findings: LineFinding[];
  fixed_issue_hashes: string[];
};

export function readLines(file: string): ReviewLine[] {
  const text = gunzipSync(readFileSync(file)).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): ReviewLine => JSON.parse(line));
}
