#!/usr/bin/env node
import { CommanderError } from 'commander';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { loadSystemFiles } from '../pipeline/systemFiles.ts';
import { note } from './output.ts';
import { makeProgram } from './program.ts';

const FAILURE = 1;
const USAGE = 2;

// The SDK speaks of its coming Node versions on every start; which Node we need is in package.json.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const program = makeProgram();
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
