import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Built } from './build.ts';

export type Environment = Record<string, string>;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const LARGEST_OUTPUT = 64 * 1024 * 1024;

const alive = new Set<ChildProcess>();

/** What a test that failed left running. */
export function endAll(): void {
  for (const child of alive) child.kill('SIGKILL');
}

const childOf = (
  { main }: Built,
  args: readonly string[],
  environment: Environment,
  output: readonly ('pipe' | number)[],
): ChildProcess => {
  // The environment is the given one alone, with the path of node and java.
  const env = { PATH: process.env.PATH ?? '', ...environment };
  const child = spawn(process.execPath, [main, ...args], { env, cwd: dirname(main), stdio: ['ignore', ...output] });
  alive.add(child);
  child.once('close', () => alive.delete(child));
  return child;
};

const closed = (child: ChildProcess): Promise<Pick<Ended, 'code' | 'signal'>> =>
  new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));

/** A process of the command whose output is read through pipes, as it comes. */
export class Running {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #output = { stdout: '', stderr: '' };

  constructor(built: Built, args: readonly string[], environment: Environment) {
    this.#child = childOf(built, args, environment, ['pipe', 'pipe']);
    for (const name of ['stdout', 'stderr'] as const)
      this.#child[name]?.on('data', (piece) => {
        this.#output[name] += piece;
      });
    this.ended = closed(this.#child).then((end) => ({ ...end, ...this.#output }));
  }

  /** Resolves with standard output once it holds so many lines. Rejects where the process ends before. */
  async printed(lines: number): Promise<string[]> {
    const whole = (): string[] => this.#output.stdout.split('\n').slice(0, -1);
    while (whole().length < lines) {
      const more = new Promise((resolve) => this.#child.stdout?.once('data', resolve));
      const ended = await Promise.race([more.then(() => undefined), this.ended]);
      if (ended) throw new Error(`ended with ${ended.code}: ${ended.stderr}`);
    }
    return whole();
  }

  signal(name: NodeJS.Signals): Promise<Ended> {
    this.#child.kill(name);
    return this.ended;
  }
}

/** The command in one environment. */
export class Shell {
  readonly #built: Built;
  readonly #environment: Environment;

  constructor(built: Built, environment: Environment) {
    this.#built = built;
    this.#environment = environment;
  }

  start(...args: string[]): Running {
    return new Running(this.#built, args, this.#environment);
  }

  /** One process from start to end, with files for its output: a pipe may lose some (killed.test.ts). */
  async run(...args: string[]): Promise<Ended> {
    const folder = mkdtempSync(join(this.#built.folder, 'output-'));
    const [out, err] = [join(folder, 'stdout'), join(folder, 'stderr')] as const;
    const files = [openSync(out, 'w'), openSync(err, 'w')];
    const end = await closed(childOf(this.#built, args, this.#environment, files));
    files.forEach(closeSync);
    return { ...end, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(err, 'utf8') };
  }

  /** What comes out of a shell's pipe behind the command; the shell reads byte by byte, so the command is faster. */
  async throughPipe(...args: string[]): Promise<string> {
    const script = '"$@" | while IFS= read -r line; do printf "%s\\n" "$line"; done';
    const command = ['-c', script, 'sh', process.execPath, this.#built.main, ...args];
    const env = { PATH: process.env.PATH ?? '', ...this.#environment };
    return (await promisify(execFile)('sh', command, { env, maxBuffer: LARGEST_OUTPUT })).stdout;
  }

  /** The objects that a command prints with --json. Throws where it does not end with 0. */
  async json<Row = Record<string, unknown>>(...args: string[]): Promise<Row[]> {
    return jsonLines<Row>(await this.done(...args, '--json'));
  }

  /** What a command prints. Throws where it does not end with 0. */
  async done(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...args);
    if (code !== 0) throw new Error(`'${args.join(' ')}' ended with ${code}: ${stderr}`);
    return stdout;
  }
}

export const jsonLines = <Row>(text: string): Row[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Row => JSON.parse(line));
