import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Command } from 'commander';
import { wholeNumber } from '../../infra/cli/options.ts';
import { note, say } from '../../infra/cli/output.ts';
import { MUTATIONS, type Mutation } from './mutations.ts';
import type { Failure } from './threads.ts';

const run = promisify(execFile);
const RUNS = 20_000;
/** What a simulation is made of. */
const SOURCES = [
  'package.json',
  'tsconfig.json',
  'tsconfig.simulation.json',
  'shared',
  'events',
  'processors',
  'infra',
  'test/simulation',
  'test/support',
];

new Command('mutants')
  .description('breaks a copy of the code in each way that the laws must notice, and runs the simulator on it')
  .option('--runs <runs>', 'worlds a mutant, at most', wholeNumber, RUNS)
  .option('--seed <seed>', 'seed of the first world', wholeNumber, 1)
  .option('--only <text>', 'mutants whose name holds this', '')
  .action(async ({ runs, seed, only }: { runs: number; seed: number; only: string }) => {
    const folder = await mkdtemp(join(tmpdir(), 'afterwrite-mutants-'));
    try {
      await copySources(folder);
      let missed = 0;
      const mutations = MUTATIONS.filter(({ name }) => name.includes(only));
      for (const mutation of mutations) if (!(await isCaught(folder, mutation, runs, seed))) missed++;
      if (missed > 0) process.exitCode = 1;
    } finally {
      await rm(folder, { recursive: true });
    }
  })
  .parseAsync();

async function copySources(folder: string): Promise<void> {
  // npm runs its scripts in the package's folder: what is mutated is a copy of it.
  for (const source of SOURCES) await cp(resolve(source), join(folder, source), { recursive: true });
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
}

async function isCaught(folder: string, mutation: Mutation, runs: number, seed: number): Promise<boolean> {
  const file = join(folder, mutation.file);
  const sound = await readFile(file, 'utf8');
  if (sound.split(mutation.text).length !== 2)
    throw new Error(`${mutation.file} does not hold exactly once: ${mutation.text}`);
  await writeFile(
    file,
    sound.replace(mutation.text, () => mutation.instead),
  );
  const began = Date.now();
  const failure = await firstFailure(folder, runs, seed);
  await writeFile(file, sound);
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  if (failure) say(`caught by seed ${failure.seed}, ${seconds} s: ${mutation.name}\n  ${failure.broken[0]}`);
  else note(`NOT CAUGHT in ${runs} worlds, ${seconds} s: ${mutation.name}`);
  return failure !== undefined;
}

async function firstFailure(folder: string, runs: number, seed: number): Promise<Failure | undefined> {
  const built = join(folder, 'built');
  // A mutant need not please the type checker.
  const tsc = ['-p', 'tsconfig.simulation.json', '--outDir', built, '--noCheck'];
  await run(join(folder, 'node_modules/.bin/tsc'), tsc, { cwd: folder });
  const simulate = [
    join(built, 'test/simulation/main.js'),
    '--json',
    '--runs',
    `${runs}`,
    '--seed',
    `${seed}`,
    '--workers',
    '1',
  ];
  const stdout = await run(process.execPath, simulate, { cwd: folder }).then(
    (answer) => answer.stdout,
    (error: { stdout: string; stderr: string }) => {
      if (!error.stdout) throw new Error(error.stderr);
      return error.stdout;
    },
  );
  return (JSON.parse(stdout) as { failures: Failure[] }).failures[0];
}
