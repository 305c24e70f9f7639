import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { wholeNumber } from '../../infra/cli/options.ts';
import { note } from '../../infra/cli/output.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { withResults } from './readme.ts';
import { toMarkdown, withFigures } from './report.ts';
import { runRounds } from './runRounds.ts';

// npm runs its scripts in the package's folder.
const FILE = resolve('test/fixtures/terraform-reviews.ndjson.gz');
const RESULTS = resolve('test/bench/results.json');
const README = resolve('README.md');
const LINES = 1_500;
const ROUNDS = 5;
/** One whole batch. */
const COMPARED = 1_000;
/** Five whole batches: one has but 130 aggregates. */
const SYNTHETIC = 5_000;
const STEADY_SECONDS = 10;
const INTERRUPTED = 130;

// The SDK speaks of its coming Node versions on every start.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// Leaving by exit ends DynamoDB Local too.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(INTERRUPTED));

interface Given {
  readonly lines: number;
  readonly rounds: number;
  readonly compared: number;
  readonly synthetic: number;
  readonly steady: number;
  readonly million?: boolean;
  readonly archive?: boolean;
  readonly bundles?: boolean;
  readonly write?: boolean;
}

const program = new Command('bench')
  .description('what each part does in a second on the embedded stack, beside the plain way to do the same')
  .option('--lines <lines>', 'lines of the shipped file', wholeNumber, LINES)
  .option('--rounds <rounds>', 'rounds, each on fresh stacks; medians are printed', wholeNumber, ROUNDS)
  .option('--compared <records>', 'items of the file for each way of keeping statistics', wholeNumber, COMPARED)
  .option('--synthetic <records>', 'synthetic records for each way', wholeNumber, SYNTHETIC)
  .option('--steady <seconds>', 'seconds of 200 writes each', wholeNumber, STEADY_SECONDS)
  .option('--million', 'read, and archive, a million changes too (some minutes)')
  .option('--archive', 'the archive alone; with --write its figures replace those of the last report')
  .option('--bundles', "the functions' bundles alone; with --write as with --archive")
  .option('--write', 'write test/bench/results.json, and the table into README.md')
  .action(async ({ write, million, archive, bundles, ...given }: Given) => {
    if (!existsSync(FILE)) throw new Error(`${FILE} is not there: run 'npm run bench' in the package's folder`);
    const only = archive ? 'archive' : bundles ? 'bundles' : undefined;
    const options = { ...given, million: million === true, only, file: FILE, onStep: note } as const;
    const measured = await runRounds(options);
    const report = only ? withFigures(JSON.parse(await readFile(RESULTS, 'utf8')), measured) : measured;
    const json = `${JSON.stringify(report, null, 2)}\n`;
    const markdown = toMarkdown(report);
    process.stdout.write(`${markdown}\n\`\`\`json\n${json}\`\`\`\n`);
    if (!write) return;
    await writeFile(RESULTS, json);
    await writeFile(README, withResults(await readFile(README, 'utf8'), markdown));
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!isAfterwriteError(error)) throw error;
  note(`bench: ${error.message} -> ${error.mend} [${error.code}]`);
  process.exitCode = 1;
}
