import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bashScript } from '../../../infra/cli/completion/bash.ts';
import { fishScript } from '../../../infra/cli/completion/fish.ts';
import { completed } from '../../../infra/cli/completion/words.ts';
import { zshScript } from '../../../infra/cli/completion/zsh.ts';
import { makeProgram } from '../../../infra/cli/program.ts';
import { SYSTEMS } from '../../../shared/systems/systems.ts';

const commands = completed(makeProgram());

/** What bash offers behind a line whose last word is begun, in a shell that has read the script. */
function offered(line: string): string[] {
  const script = `${bashScript('afterwrite', commands)}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_afterwrite
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const words = line.split(' ');
  const said = execFileSync('bash', ['--norc', '-u', '-e', '-c', script, 'bash', ...words], { encoding: 'utf8' });
  return said.split('\n').filter((word) => word !== '');
}

test('every command is offered, and what a command is made of', () => {
  expect(offered('afterwrite ')).toEqual(expect.arrayContaining(['demo', 'archive', 'completion', '--version']));
  expect(offered('afterwrite re')).toEqual(['review', 'replay', 'rebuild']);
  expect(offered('afterwrite archive e')).toEqual(['export', 'erase', 'erasures']);
  expect(offered('afterwrite parked ')).toEqual(expect.arrayContaining(['ls', 'redrive', 'drop']));
});

test('options are those of the command that stands there, whatever else does', () => {
  expect(offered('afterwrite feed file.ndjson --l')).toEqual(['--limit']);
  expect(offered('afterwrite archive ls --dataset journal --s')).toEqual(['--system', '--stage', '--states']);
  expect(offered('afterwrite verify --l')).toEqual([]);
  expect(offered("afterwrite replay --key it's --dry")).toEqual(['--dry-run']);
});

test('what an option takes is offered where it is known', () => {
  expect(offered('afterwrite status --system ')).toEqual(Object.keys(SYSTEMS));
  expect(offered('afterwrite archive restore --tier ')).toEqual(['Expedited', 'Standard', 'Bulk']);
  expect(offered('afterwrite parked ls --processor f')).toEqual(['fanout']);
  // Bash offers files then.
  expect(offered('afterwrite feed --limit ')).toEqual([]);
  expect(offered('afterwrite status --system ./shop')).toEqual([]);
});

test('shells are offered by the command that prints their scripts', () => {
  expect(offered('afterwrite completion ')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
});

test('no word of any script can end a quote', () => {
  const words = commands.flatMap((command) => [
    command.path,
    ...[...command.next, ...command.options].map(({ text }) => text),
    ...command.values.flatMap(({ flag, choices }) => [flag, ...choices]),
  ]);
  expect(words.filter((word) => !/^[\w -]*$/.test(word))).toEqual([]);
});

describe.each([
  ['zsh', zshScript],
  ['fish', fishScript],
] as const)('%s', (shell, scriptOf) => {
  const here = spawnSync(shell, ['--version']).error === undefined;
  (here ? test : test.skip)(`can read its script${here ? '' : `: skipped, for there is no ${shell}`}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'afterwrite-completion-'));
    const file = join(folder, 'script');
    writeFileSync(file, scriptOf('afterwrite', commands));
    const read = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect([read.status, read.stderr]).toEqual([0, '']);
  });

  test('its script names every command', () => {
    const script = scriptOf('afterwrite', commands);
    for (const { path } of commands) expect(script).toContain(path);
  });
});
