import { Command, Option } from 'commander';
import { HOURLY_DATASETS, type HourlyDataset } from '../../../../shared/archive/shelf.ts';
import { AfterwriteError } from '../../../../shared/model/errors.ts';
import { exportParquet } from '../../../export/parquet.ts';
import { type CommonOptions, moment, withCommonOptions } from '../../options.ts';
import { note, progress, say, sayJson, thousands } from '../../output.ts';
import { type Session, withSession } from '../../session.ts';
import { checkTenant, TENANT_HELP } from '../../tenant.ts';
import { openShelves } from './rows.ts';
import { searchFor } from './search.ts';

interface ExportOptions extends CommonOptions {
  readonly out?: string;
  readonly dataset?: HourlyDataset;
  readonly from?: string;
  readonly until?: string;
  readonly tenant?: string;
}

const EXAMPLE = `
Example, and a question to it:
  afterwrite archive export --format parquet --out history
  duckdb -c "SELECT entity, cause, count(*) FROM 'history/journal/*.parquet' GROUP BY ALL"`;

export function exportCommand(): Command {
  return withCommonOptions(new Command('export'))
    .description('journal and events as files that DuckDB and Athena read, each line once')
    .addOption(new Option('--format <format>', 'of the files').choices(['parquet']).default('parquet'))
    .option('--out <folder>', 'where they go, must be given: FOLDER/journal and FOLDER/events')
    .addOption(new Option('--dataset <dataset>', 'only one of them').choices(HOURLY_DATASETS))
    .option('--from <time>', "of this time or later: a change's in the stream, an event's own", moment)
    .option('--until <time>', 'before this time', moment)
    .option('--tenant <tenant>', TENANT_HELP)
    .addHelpText('after', EXAMPLE)
    .action((options: ExportOptions) => {
      checkTenant(options);
      return withSession(options, {}, async (session) => {
        const out = folderOf(options);
        for (const dataset of options.dataset ? [options.dataset] : HOURLY_DATASETS)
          if (!session.signal.aborted) await exportOne(session, dataset, { ...options, out });
        if (!session.signal.aborted) return;
        note('Stopped before the end: the files hold a part. Remove them, and export again.');
        process.exitCode = 1;
      });
    });
}

/** Throws USAGE. */
function folderOf({ out }: ExportOptions): string {
  if (out !== undefined) return out;
  throw new AfterwriteError('USAGE', 'where the files go is not said', { mend: "give '--out FOLDER'" });
}

async function exportOne(
  { place, signal }: Session,
  dataset: HourlyDataset,
  options: ExportOptions & { readonly out: string },
): Promise<void> {
  const { out, json = false, system, from, until, tenant } = options;
  const { shelves } = await openShelves(place, dataset, tenant);
  const { extent, wanted } = searchFor(dataset, { system, ...(from && { from }), ...(until && { until }) });
  const bar = progress(`rows of ${dataset}`, undefined, json);
  const exported = await exportParquet(dataset, shelves, out, {
    extent,
    wanted,
    signal,
    onRows: (rows) => bar.update(rows),
  });
  bar.stop();
  if (json) sayJson({ dataset, ...exported });
  else
    say(
      `${dataset}: ${thousands(exported.rows)} rows in ${exported.files.length} files, ${thousands(exported.bytes)} bytes.`,
    );
}
