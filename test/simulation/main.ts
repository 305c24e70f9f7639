import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from '../../infra/cli/options.ts';
import { note, progress, say, sayJson, thousands } from '../../infra/cli/output.ts';
import { simulate } from './simulate.ts';
import { type Failure, runThreads, type Share, type Told } from './threads.ts';

const RUNS = 1_000;
const WORKERS = 2;
const RUNS_A_TELLING = 20;
const STACK_LINES = 4;
/** Of one failing run: the rest mostly follows from the first. */
const LINES_SHOWN = 8;

interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly workers: number;
  readonly stopAfterFailure: boolean;
  readonly trace?: boolean;
  readonly json?: boolean;
}

const program = new Command('simulate')
  .description('runs small worlds with faults, each from one seed, and holds every law against each of them')
  .option('--runs <runs>', 'worlds; the first has the seed, each further one the next', wholeNumber, RUNS)
  .option('--seed <seed>', 'seed of the first world', seedOf, 1)
  .option('--workers <workers>', 'threads to run on', wholeNumber, WORKERS)
  .option('--no-stop-after-failure', 'go on after a world that broke a law')
  .option('--trace', 'print what happened in the first world, call by call')
  .option('--json', 'print JSON, for scripts')
  .action(async (options: Options) => {
    if (options.trace) for (const line of (await simulate(options.seed, true)).trace.lines ?? []) say(line);
    const failed = await run(options);
    if (failed) process.exitCode = 1;
  });

async function run({ runs, seed, workers, stopAfterFailure, json }: Options): Promise<boolean> {
  const began = Date.now();
  const bar = progress('worlds', runs, json === true);
  const failures: Failure[] = [];
  let [done, records] = [0, 0];
  await runThreads({
    file: new URL(import.meta.url),
    seed,
    runs,
    workers,
    onTold: (told) => {
      done += told.runs;
      bar.update(done);
      records += told.records;
      failures.push(...told.failures);
      return failures.length === 0 || !stopAfterFailure;
    },
  });
  bar.stop();
  const seconds = (Date.now() - began) / 1000;
  failures.sort((a, b) => a.seed - b.seed);
  if (json) sayJson({ runs: done, records, seconds, failures });
  else tellOf(failures, `${thousands(done)} worlds with ${thousands(records)} changes in ${seconds.toFixed(1)} s`);
  return failures.length > 0;
}

function tellOf(failures: readonly Failure[], what: string): void {
  for (const { seed, system, broken } of failures) {
    say(`seed ${seed} (${system}) breaks:`);
    for (const line of broken.slice(0, LINES_SHOWN)) say(`  ${line}`);
    if (broken.length > LINES_SHOWN) say(`  and ${broken.length - LINES_SHOWN} more`);
    say(`  again: npm run simulate -- --runs 1 --seed ${seed}`);
  }
  say(`${what}: ${failures.length === 0 ? 'every law holds' : `${failures.length} broke a law`}`);
}

/** What a thread does with its share. */
async function work({ seed, runs, step }: Share): Promise<void> {
  // Faults are errors by the thousand: their stacks cost more than they tell.
  Error.stackTraceLimit = STACK_LINES;
  let told: Told = { runs: 0, records: 0, failures: [] };
  for (let i = 0; i < runs; i++) {
    const { broken, system, records, seed: own } = await simulate(seed + i * step);
    const failures = broken.length > 0 ? [...told.failures, { seed: own, system, broken }] : told.failures;
    told = { runs: told.runs + 1, records: told.records + records, failures };
    if (broken.length === 0 && told.runs < RUNS_A_TELLING && i < runs - 1) continue;
    parentPort?.postMessage(told);
    told = { runs: 0, records: 0, failures: [] };
  }
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new InvalidArgumentError('give a whole number from 0');
  return seed;
}

if (isMainThread) {
  // A run that is cut short has found nothing, and says so.
  process.once('SIGINT', () => {
    note('simulate: interrupted');
    process.exit(130);
  });
  await program.parseAsync();
} else await work(workerData as Share);
