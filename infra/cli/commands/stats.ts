import { Command } from 'commander';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { Workplace } from '../../pipeline/workplace.ts';
import { allRows, byOccurrences, byText, oneRow, type Row, stackDays, topIssues } from '../../views/statisticRows.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { say, sayJson, table } from '../output.ts';
import { withSession } from '../session.ts';

interface IssueOptions extends CommonOptions {
  readonly top?: number;
  readonly category?: string;
}

const TOP = 20;

export function statsCommand(): Command {
  const stats = new Command('stats').description('statistics as they are now');
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
            : [found(await oneRow(place, 'stack', { stackId }), `stack '${stackId}'`)],
        ),
      ),
  );
  stats.addCommand(
    withCommonOptions(new Command('issue'))
      .description('one issue')
      .argument('<hash>')
      .action((issueHash: string, options: CommonOptions) =>
        show(options, undefined, async (place) => [
          found(await oneRow(place, 'issue', { issueHash }), `issue '${issueHash}'`),
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

function show(
  options: CommonOptions,
  toTable: ((rows: readonly Row[]) => string) | undefined,
  read: (place: Workplace) => Promise<Row[]>,
): Promise<void> {
  return withSession(options, {}, async ({ place }) => {
    await place.stream();
    const rows = await read(place);
    if (options.json) for (const row of rows) sayJson(row);
    else if (toTable) say(toTable(rows));
    else for (const row of rows) say(JSON.stringify(row, null, 2));
  });
}

function found(row: Row | undefined, what: string): Row {
  if (row) return row;
  throw new AfterwriteError('NOT_FOUND', `there are no statistics of ${what}`, {
    mend: "list them with 'afterwrite stats stacks' or 'afterwrite stats issues'",
  });
}

/** A member of a row, or of an object in it: `risk.mean`. */
const at = (row: Row, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Row | undefined)?.[name], row);

const rounded = (value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 100) / 100 : value);

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
