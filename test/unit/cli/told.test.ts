import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { makeProgram } from '../../../infra/cli/program.ts';

/* Whoever is told to run a command at night can run it: each that a message, a comment or a text names is there, with its options. */

const program = makeProgram();
/** In quotes of any kind, or as code of a page, up to what is filled in. */
const NAMED = /['"`>](?:npx )?afterwrite ([a-z-]+(?![\w:-])[^'"`$<…\n]*)/g;

function* files(path: string): Iterable<string> {
  if (statSync(path).isFile()) yield path;
  else for (const name of readdirSync(path)) yield* files(join(path, name));
}

/** What of it is not there; undefined: all is. */
function missingIn(named: string): string | undefined {
  let command: Command = program;
  const words = named.trim().split(/\s+/);
  for (const word of words) {
    if (word.startsWith('-')) break;
    const next = command.commands.find((part) => part.name() === word);
    if (!next) break;
    command = next;
  }
  if (command === program) return `no command '${words[0]}'`;
  const flags = new Set(command.options.flatMap(({ short, long }) => [short, long]).concat('--help'));
  const unknown = words.map((word) => /^--?[a-z-]+/.exec(word)?.[0]).find((flag) => flag && !flags.has(flag));
  return unknown === undefined ? undefined : `'${command.name()}' has no ${unknown}`;
}

const texts = ['infra', 'processors', 'events', 'shared', 'README.md', 'CONTRIBUTING.md']
  .flatMap((path) => [...files(path)])
  .filter((path) => /\.(ts|tsx|md)$/.test(path));

test('every command that is named anywhere is there, with the options that it is named with', () => {
  const wrong: string[] = [];
  let named = 0;
  for (const path of texts)
    for (const [, command = ''] of readFileSync(path, 'utf8').matchAll(NAMED)) {
      named++;
      const missing = missingIn(command);
      if (missing !== undefined) wrong.push(`${path}: afterwrite ${command}: ${missing}`);
    }
  expect(wrong).toEqual([]);
  expect(named).toBeGreaterThan(50);
});

test('one that is not there is found', () => {
  expect(missingIn('parkd ls')).toMatch(/no command/);
  expect(missingIn('archive ls --nonsense')).toMatch(/has no --nonsense/);
  expect(missingIn('archive ls --dataset journal')).toBeUndefined();
});
