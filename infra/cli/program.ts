import { Command } from 'commander';
import { archiveCommand } from './commands/archive.ts';
import { backfillCommand } from './commands/backfill.ts';
import { completionCommand } from './commands/completion.ts';
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

/** Every command with its options, as it is declared: what is parsed, told by --help, and completed. */
export function makeProgram(): Command {
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
    completionCommand(),
  ])
    program.addCommand(command);
  inherit(program);
  return program;
}

/** Settings such as the exit code go down to every command, however deep. */
function inherit(parent: Command): void {
  for (const command of parent.commands) inherit(command.copyInheritedSettings(parent));
}
