import { Command } from 'commander';
import type { Workplace } from '../../pipeline/workplace.ts';
import { allRows, byOccurrences, byText, oneRow, type Row, stackDays, topIssues } from '../../views/statisticRows.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { table } from '../output.ts';
import { at, rounded } from '../rowsTable.ts';
import { anyStatisticCommand, found, show } from './anyStatistic.ts';

interface IssueOptions extends CommonOptions {
  readonly top?: number;
  readonly category?: string;
}

const TOP = 20;
const REVIEWS = "list them with 'afterwrite stats stacks' or 'afterwrite stats issues'";

export function statsCommand(): Command {
  const stats = anyStatisticCommand();
  stats.addCommand(
    withCommonOptions(new Command('stacks'))
      .description('every stack')
      .action((options: CommonOptions) =>
        show(options, stackTable, async (place) => byText(await allRows(place, 'stack'), 'stackId')),
      ),
  );
  stats.addCommand(
    withCommonOptions(new Command('issues'))
      .description('every issue, the most frequent first')
      .option('--top <n>', 'only so many', wholeNumber)
      .option('--category <category>', 'only one category, read through its index')
      .action((options: IssueOptions) => show(options, issueTable, (place) => issues(place, options))),
  );
  stats.addCommand(
    withCommonOptions(new Command('stack'))
      .description('one stack')
      .argument('<id>')
      .option('--days', 'its days instead')
      .action((stackId: string, options: CommonOptions & { days?: boolean }) =>
        show(options, options.days ? stackTable : undefined, async (place) =>
          options.days
            ? stackDays(place, stackId)
            : [found(await oneRow(place, 'stack', { stackId }), `stack '${stackId}'`, REVIEWS)],
        ),
      ),
  );
  stats.addCommand(
    withCommonOptions(new Command('issue'))
      .description('one issue')
      .argument('<hash>')
      .action((issueHash: string, options: CommonOptions) =>
        show(options, undefined, async (place) => [
          found(await oneRow(place, 'issue', { issueHash }), `issue '${issueHash}'`, REVIEWS),
        ]),
      ),
  );
  return stats;
}

async function issues(place: Workplace, { top, category }: IssueOptions): Promise<Row[]> {
  if (category !== undefined) return topIssues(place, top ?? Number.MAX_SAFE_INTEGER, category);
  const rows = byOccurrences(await allRows(place, 'issue'));
  return top === undefined ? rows : rows.slice(0, top);
}

const stackTable = (rows: readonly Row[]): string => {
  const columns = [
    'stackId',
    'reviews',
    'byStatus.failed',
    'risk.mean',
    'risk.p90',
    'findings.total',
    'findings.open',
    'fixes.riskRemoved',
    'lastReviewedAt',
  ];
  const headings = rows[0]?.day === undefined ? columns : ['day', ...columns.slice(1)];
  return table(
    headings,
    rows.map((row) => headings.map((column) => rounded(at(row, column)))),
  );
};

const issueTable = (rows: readonly Row[]): string => {
  const headings = [
    'issueHash',
    'rule',
    'category',
    'severity',
    'occurrences',
    'open',
    'stacks',
    'reviews',
    'lastSeenAt',
  ];
  const shown = rows.slice(0, TOP);
  const more = rows.length > TOP ? `\n… and ${rows.length - TOP} more: --json prints all` : '';
  return (
    table(
      headings,
      shown.map((row) => headings.map((column) => row[column])),
    ) + more
  );
};
