import type { Command, Option } from 'commander';

/** One word that may be typed. */
export interface Word {
  readonly text: string;
  readonly about: string;
}

/** What follows an option: one of these words, or what nobody can know. */
export interface Value {
  readonly flag: string;
  readonly choices: readonly string[];
}

/** A command, and all that may stand behind it. */
export interface Completed {
  /** As it is typed, without the program's name: `archive ls`; empty for the program itself. */
  readonly path: string;
  /** Commands of its own, or what its arguments can be. */
  readonly next: readonly Word[];
  readonly options: readonly Word[];
  readonly values: readonly Value[];
}

/** Every command of a program, itself first, as it is declared. */
export function completed(command: Command, path = ''): Completed[] {
  const parts = command.commands.map((part) => completed(part, `${path} ${part.name()}`.trim()));
  return [one(command, path), ...parts.flat()];
}

function one(command: Command, path: string): Completed {
  const options = command.options.filter(({ hidden }) => !hidden);
  return {
    path,
    next: [
      ...command.commands.map((part) => ({ text: part.name(), about: part.description() })),
      ...command.registeredArguments.flatMap(({ argChoices = [], description }) =>
        argChoices.map((text) => ({ text, about: description })),
      ),
    ],
    options: [...options.flatMap(wordsOf), { text: '--help', about: 'how it is used' }],
    values: options.filter(({ required, optional }) => required || optional).flatMap(valuesOf),
  };
}

const wordsOf = ({ long, description }: Option): Word[] => (long ? [{ text: long, about: description }] : []);

const valuesOf = ({ short, long, argChoices }: Option): Value[] =>
  [short, long].flatMap((flag) => (flag ? [{ flag, choices: argChoices ?? [] }] : []));
