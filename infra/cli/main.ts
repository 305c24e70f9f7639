#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { loadSystemFiles } from '../pipeline/systemFiles.ts';
import { archiveCommand } from './commands/archive.ts';
import { backfillCommand } from './commands/backfill.ts';
import { consoleCommand } from './commands/console.ts';
import { costCommand } from './commands/cost.ts';
import { demoCommand } from './commands/demo.ts';
import { devCommand } from './commands/dev.ts';
import { doctorCommand } from './commands/doctor.ts';
import { eventsCommand } from './commands/events.ts';
import { feedCommand } from './commands/feed.ts';
import { initCommand } from './commands/init.ts';
import { parkedCommand } from './commands/parked.ts';
import { provisionCommand } from './commands/provision.ts';
import { attachCommand, rebuildCommand } from './commands/rebuild.ts';
import { replayCommand } from './commands/replay.ts';
import { reviewCommand } from './commands/review.ts';
import { runCommand } from './commands/run.ts';
import { stackCommand } from './commands/stack.ts';
import { statsCommand } from './commands/stats.ts';
import { statusCommand } from './commands/status.ts';
import { verifyCommand } from './commands/verify.ts';
import { note } from './output.ts';

const FAILURE = 1;
const USAGE = 2;

// The SDK speaks of its coming Node versions on every start; which Node we need is in package.json.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const program = new Command('afterwrite')
  .description('Everything that should happen after a DynamoDB write: statistics, events, archive, replay.')
  .version('0.1.0')
  .exitOverride()
  .enablePositionalOptions()
  .addHelpText('after', "\nExit codes: 0 done, 1 failed, 2 wrong usage. Start with 'afterwrite demo'.");

for (const command of [
  demoCommand(),
  stackCommand(),
  devCommand(),
  consoleCommand(),
  provisionCommand(),
  runCommand(),
  feedCommand(),
  statsCommand(),
  reviewCommand(),
  eventsCommand(),
  archiveCommand(),
  replayCommand(),
  parkedCommand(),
  verifyCommand(),
  rebuildCommand(),
  attachCommand(),
  statusCommand(),
  costCommand(),
  doctorCommand(),
  backfillCommand(),
  initCommand(),
])
  program.addCommand(command);

inherit(program);
// A reader that has seen enough (`| head`) ends us; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : FAILURE));

try {
  await loadSystemFiles(process.argv.slice(2));
  await program.parseAsync();
  await leave(Number(process.exitCode ?? 0));
} catch (error) {
  await leave(explain(error));
}

/** A pipe may not have taken everything yet: what was said is waited for. */
async function leave(code: number): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) await new Promise((resolve) => stream.write('', resolve));
  process.exit(code);
}

/** Settings such as the exit code go down to every command, however deep. */
function inherit(parent: Command): void {
  for (const command of parent.commands) inherit(command.copyInheritedSettings(parent));
}

/** One line that says what happened and what to do, and the exit code. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (isAfterwriteError(error)) {
    note(`afterwrite: ${error.message} -> ${error.mend} [${error.code}]`);
    return error.code === 'USAGE' ? USAGE : FAILURE;
  }
  note(
    `afterwrite: ${error instanceof Error ? (error.stack ?? error.message) : String(error)} -> this is a bug: please report it`,
  );
  return FAILURE;
}
