import { Argument, Command } from 'commander';
import { bashScript } from '../completion/bash.ts';
import { fishScript } from '../completion/fish.ts';
import { completed } from '../completion/words.ts';
import { zshScript } from '../completion/zsh.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
type Shell = keyof typeof SCRIPTS;

const HELP = `
Put one of these lines into the shell's start-up file:
  source <(afterwrite completion bash)
  source <(afterwrite completion zsh)
  afterwrite completion fish | source
Without an installation for all, before it: alias afterwrite='npx afterwrite'`;

/** Made of the declaration of all commands, once: a shell that asked the command itself would wait a second at each Tab. */
export function completionCommand(): Command {
  return new Command('completion')
    .description('print a script by which a shell completes commands, options and their choices')
    .addArgument(new Argument('<shell>', 'which').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', HELP)
    .action((shell: Shell, _: object, { parent }: Command) => {
      if (parent) process.stdout.write(SCRIPTS[shell](parent.name(), completed(parent)));
    });
}
