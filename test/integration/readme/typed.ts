import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Built } from '../cli/build.ts';

export interface TypedEnd {
  readonly code: number | null;
  /** Standard output and error, as a terminal shows them. */
  readonly said: string;
}

/** A line that still runs. */
interface Staying {
  readonly child: ChildProcess;
  readonly end: Promise<TypedEnd>;
}

/** A terminal in the folder of the built package: what is typed into it is run by bash, as it is printed. */
export class Terminal {
  readonly #built: Built;
  readonly #home: string;
  readonly #staying: Staying[] = [];

  /** @param home of the embedded stack that runs */
  constructor(built: Built, home: string) {
    this.#built = built;
    this.#home = home;
    putCommands(built);
  }

  type(line: string): Promise<TypedEnd> {
    return this.#start(line, () => {}).end;
  }

  /** Resolves with what the line has said, once that is what it should; it runs on until Ctrl-C. Rejects where it ends before. */
  async stay(line: string, says: RegExp): Promise<string> {
    const told = new Promise<string>((resolve) => {
      const staying = this.#start(line, (said) => says.test(said) && resolve(said));
      this.#staying.push(staying);
    });
    const last = this.#staying.at(-1) as Staying;
    const ended = last.end.then(({ code, said }) => Promise.reject(new Error(`'${line}' ended with ${code}: ${said}`)));
    ended.catch(() => {});
    return Promise.race([told, ended]);
  }

  /** Ctrl-C for all that stays, the last first. */
  async interrupt(): Promise<TypedEnd[]> {
    const ends: TypedEnd[] = [];
    for (const { child, end } of this.#staying.splice(0).reverse()) {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
      ends.push(await end);
    }
    return ends;
  }

  #start(line: string, onSaid: (said: string) => void): Staying {
    const { folder } = this.#built;
    const env = { PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}`, AFTERWRITE_HOME: this.#home };
    // A group of its own: Ctrl-C reaches whatever bash started.
    const child = spawn('bash', ['-c', line], { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece) => {
        said += piece;
        onSaid(said);
      });
    const end = new Promise<TypedEnd>((resolve) => child.once('close', (code) => resolve({ code, said })));
    return { child, end };
  }
}

/** npx looks for the package for a second, each time; that it finds this very command one test shows for all. */
function putCommands({ folder, main }: Built): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const put = (name: string, script: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  put('afterwrite', `exec '${process.execPath}' '${main}' "$@"`);
  put('npx', '[ "$1" = afterwrite ] || exit 127\nexec "$@"');
}
