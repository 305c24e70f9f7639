import { type Command, InvalidArgumentError, Option } from 'commander';
import type { System } from '../../shared/model/system.ts';
import { givenTime, isoUtc } from '../../shared/model/time.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { SYSTEMS } from '../../shared/systems/systems.ts';
import { systemGiven } from '../pipeline/systemFiles.ts';

/** What every command takes. */
export interface CommonOptions {
  readonly system: System;
  readonly stage?: string;
  readonly json?: boolean;
}

/** Adds `--system`, `--stage`, `--json`. */
export const withCommonOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--system <name>', 'system to work on, or a file that exports one')
        .default(reviewer, 'reviewer')
        .choices(Object.keys(SYSTEMS))
        // Behind the choices, which would refuse a file.
        .argParser((name: string) => {
          const system = systemGiven(name);
          if (!system) throw new InvalidArgumentError(`there is ${Object.keys(SYSTEMS).join(', ')}`);
          return system;
        }),
    )
    .option('--stage <stage>', 'stage that names end with (default: $AFTERWRITE_STAGE or dev)', stageName)
    .option('--json', 'print JSON, one object a line, for scripts');

export function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('give a whole number from 1');
  return number;
}

export function moment(text: string): string {
  const ms = givenTime(text);
  if (ms === undefined)
    throw new InvalidArgumentError('give a date or time such as 2026-01-31 or 2026-01-31T09:00:00Z');
  return isoUtc(ms);
}

function stageName(text: string): string {
  if (!/^[a-z0-9-]{1,32}$/.test(text)) throw new InvalidArgumentError('use 1 to 32 of a-z, 0-9 and -');
  return text;
}
