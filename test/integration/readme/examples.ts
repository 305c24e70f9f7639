import type { Command } from 'commander';
import type { Block, Printed } from './blocks.ts';

/** The examples under every command's --help, in the order of the commands. */
export function helpExamples(command: Command, path = command.name()): Block[] {
  const own = examplesIn(`${path} --help`, helpOf(command));
  return [...(own ? [own] : []), ...command.commands.flatMap((part) => helpExamples(part, `${path} ${part.name()}`))];
}

/** As it is printed, with what was added to it. */
function helpOf(command: Command): string {
  const help: string[] = [];
  command.configureOutput({ writeOut: (text) => void help.push(text) });
  command.outputHelp();
  return help.join('');
}

function examplesIn(heading: string, help: string): Block | undefined {
  const lines = help.split('\n');
  const first = lines.findIndex((line) => /^Examples?:$/.test(line)) + 1;
  if (first === 0) return undefined;
  const printed: Printed[] = [];
  for (let i = first; /^ {2}\S/.test(lines[i] ?? ''); i++) {
    const text = (lines[i] ?? '').trim();
    printed.push({ file: heading, line: i + 1, text, command: text });
  }
  return { heading, lines: printed };
}
