import type { Workplace } from '../pipeline/workplace.ts';
import { byOccurrences, type Row, rowsByStatistic } from '../views/statisticRows.ts';
import type { Outcome } from './outcome.ts';
import type { Subscribed } from './reviewFailures.ts';

export interface Summary extends Outcome {
  readonly totals: {
    readonly reviews: number;
    readonly stacks: number;
    readonly issues: number;
    readonly findings: number;
    readonly findingsFixed: number;
    readonly failedReviews: number;
    readonly fixVersions: number;
    readonly riskRemoved: number;
    readonly itemsWritten: number;
  };
  readonly mostFrequentIssue: { readonly issueHash: string; readonly occurrences: number } | null;
  /** Of the example subscriber; null where the bus is not ours. */
  readonly subscriber: Subscribed | null;
}

/** What the reviewer's statistics say of the whole life. */
export async function totalsOf(
  place: Workplace,
  itemsWritten: number,
): Promise<Pick<Summary, 'totals' | 'mostFrequentIssue'>> {
  const rows = await rowsByStatistic(place);
  const [stacks = [], reviews = []] = [rows.get('stack'), rows.get('review')];
  const issues = byOccurrences(rows.get('issue') ?? []);
  const [top] = issues;
  return {
    totals: {
      reviews: total(stacks, (row) => row.reviews),
      stacks: stacks.length,
      issues: issues.length,
      findings: total(stacks, (row) => (row.findings as Row).total),
      findingsFixed: total(stacks, (row) => (row.fixes as Row).findings),
      failedReviews: total(stacks, (row) => (row.byStatus as Row).failed),
      fixVersions: total(reviews, (row) => row.fixes),
      riskRemoved: total(stacks, (row) => (row.fixes as Row).riskRemoved),
      itemsWritten,
    },
    mostFrequentIssue: top ? { issueHash: String(top.issueHash), occurrences: Number(top.occurrences) } : null,
  };
}

const total = (rows: readonly Row[], pick: (row: Row) => unknown): number =>
  rows.reduce((sum, row) => sum + Number(pick(row) ?? 0), 0);
