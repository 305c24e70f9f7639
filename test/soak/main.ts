import { resolve } from 'node:path';
import { Command } from 'commander';
import { wholeNumber } from '../../infra/cli/options.ts';
import { note, say, sayJson } from '../../infra/cli/output.ts';
import { soak } from './soak.ts';

// npm runs its scripts in the package's folder.
const FILE = resolve('test/fixtures/terraform-reviews.ndjson.gz');
const MINUTES = 20;
/** The shipped file lasts for twenty minutes. */
const RATE = 7;
const INTERRUPTED = 130;

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// Leaving by exit ends DynamoDB Local too.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(INTERRUPTED));

await new Command('soak')
  .description('the whole pipeline, two subscribers, and a bus with random faults and three outages between them')
  .option('--minutes <minutes>', 'how long it is written to', wholeNumber, MINUTES)
  .option('--seed <seed>', 'of the faults', wholeNumber, 1)
  .option('--rate <writes>', 'table writes a second', wholeNumber, RATE)
  .option('--json', 'print JSON, for scripts')
  .action(async ({ json, ...given }: { json?: boolean; minutes: number; seed: number; rate: number }) => {
    const soaked = await soak({ ...given, file: FILE, onStep: note });
    if (json) sayJson(soaked);
    else {
      const { broken, written, expected, delivered, calls, mostSpilled, outcomes } = soaked;
      say(
        `${written} writes asked for ${expected} events; ${delivered} deliveries; at most ${mostSpilled} changes spilled`,
      );
      say(`calls of the bus: ${JSON.stringify(calls)}`);
      say(
        `subscriber: ${JSON.stringify(outcomes.each)}; the one that drops stale events: ${JSON.stringify(outcomes.newest)}`,
      );
      for (const line of broken) say(`  ${line}`);
      say(broken.length === 0 ? 'every law holds' : `${broken.length} laws are broken`);
    }
    if (soaked.broken.length > 0) process.exitCode = 1;
  })
  .parseAsync();
