import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { wholeNumber } from '../../infra/cli/options.ts';
import { note } from '../../infra/cli/output.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { toMarkdown } from './report.ts';
import { runRounds } from './runRounds.ts';

// npm runs its scripts in the package's folder.
const FILE = resolve('test/fixtures/terraform-reviews.ndjson.gz');
const RESULTS = resolve('test/bench/results.json');
const LINES = 300;
const ROUNDS = 3;
const INTERRUPTED = 130;

// The SDK speaks of its coming Node versions on every start.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// Leaving by exit ends DynamoDB Local too.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(INTERRUPTED));

const program = new Command('bench')
  .description('what each part does in a second on the embedded stack, beside the plain way to do the same')
  .option('--lines <lines>', 'lines of the shipped file', wholeNumber, LINES)
  .option('--rounds <rounds>', 'rounds, each on a fresh stage; medians are printed', wholeNumber, ROUNDS)
  .option('--write', 'write the JSON to test/bench/results.json too')
  .action(async ({ lines, rounds, write }: { lines: number; rounds: number; write?: boolean }) => {
    if (!existsSync(FILE)) throw new Error(`${FILE} is not there: run 'npm run bench' in the package's folder`);
    const report = await runRounds({ file: FILE, lines, rounds, onStep: note });
    const json = `${JSON.stringify(report, null, 2)}\n`;
    process.stdout.write(`${toMarkdown(report)}\n\`\`\`json\n${json}\`\`\`\n`);
    if (write) await writeFile(RESULTS, json);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!isAfterwriteError(error)) throw error;
  note(`bench: ${error.message} -> ${error.mend} [${error.code}]`);
  process.exitCode = 1;
}
