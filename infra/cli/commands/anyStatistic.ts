import { Command } from 'commander';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { Workplace } from '../../pipeline/workplace.ts';
import { allRows, byText, oneRow, type Row, rowsByStatistic } from '../../views/statisticRows.ts';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.ts';
import { note, say, sayJson } from '../output.ts';
import { rowsTable } from '../rowsTable.ts';
import { withSession } from '../session.ts';

interface AnyOptions extends CommonOptions {
  readonly top?: number;
}

const EXAMPLES = `
Examples:
  afterwrite stats --system incidents
  afterwrite stats service --system incidents --json
  afterwrite stats status CLOSED P3 --system incidents`;

/** `stats`, by the names that a system declares; what one system has beside is added to it. */
export const anyStatisticCommand = (): Command =>
  withCommonOptions(new Command('stats'))
    .description(
      "statistics as they are now: those of a system by name, or one group of one ('stats service checkout')",
    )
    .argument('[statistic]', 'all of them with their groups, where absent')
    .argument('[group...]', "a group's fields, in the order of its key")
    .option('--top <n>', 'only so many groups', wholeNumber)
    .addHelpText('after', EXAMPLES)
    .action((name: string | undefined, group: string[], options: AnyOptions) => anyStatistic(name, group, options));

/** Of any system, by the names that it declares. */
function anyStatistic(name: string | undefined, group: readonly string[], options: AnyOptions): Promise<void> {
  const { statistics } = options.system;
  if (name === undefined) return show(options, rowsTable, groupCounts);
  const statistic = statistics.find((one) => one.name === name);
  if (!statistic)
    throw new AfterwriteError('USAGE', `${options.system.name} has no statistic '${name}'`, {
      mend: `name one of: ${statistics.map((one) => one.name).join(', ')}`,
    });
  const { placeholders } = statistic.key;
  if (group.length === 0)
    return show(options, rowsTable, async (place) => {
      const [first = ''] = placeholders;
      return byText(await allRows(place, name), first).slice(0, options.top);
    });
  if (group.length !== placeholders.length)
    throw new AfterwriteError('USAGE', `a group of '${name}' is told by ${placeholders.length} values`, {
      mend: `give ${placeholders.join(', ')}`,
    });
  const asked = Object.fromEntries(placeholders.map((placeholder, i) => [placeholder, group[i] ?? '']));
  return show(options, undefined, async (place) => [
    found(await oneRow(place, name, asked), `${name} '${group.join(' ')}'`, "'afterwrite stats' lists all"),
  ]);
}

async function groupCounts(place: Workplace): Promise<Row[]> {
  const rows = await rowsByStatistic(place);
  return place.system.statistics.map(({ name, key }) => ({
    statistic: name,
    groups: rows.get(name)?.length ?? 0,
    by: key.placeholders.join(', '),
  }));
}

export function show(
  options: CommonOptions,
  toTable: ((rows: readonly Row[]) => string) | undefined,
  read: (place: Workplace) => Promise<Row[]>,
): Promise<void> {
  return withSession(options, {}, async ({ place }) => {
    await place.stream();
    const rows = await read(place);
    if (rows.length === 0)
      note(
        "Is all read? See 'afterwrite status'. What was in the table before the first start is counted by 'afterwrite attach'.",
      );
    if (options.json) for (const row of rows) sayJson(row);
    else if (toTable) say(toTable(rows));
    else for (const row of rows) say(JSON.stringify(row, null, 2));
  });
}

export function found(row: Row | undefined, what: string, mend: string): Row {
  if (row) return row;
  throw new AfterwriteError('NOT_FOUND', `there are no statistics of ${what}`, { mend });
}
