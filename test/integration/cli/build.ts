import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The command, compiled as it is shipped, in a folder that looks like the installed package. */
export interface Built {
  readonly main: string;
  /** For whatever a test leaves. */
  readonly folder: string;
  remove(): void;
}

/** Where DynamoDB Local, which waits for the disk at every write, is twice as fast. */
const MEMORY = '/dev/shm';

/** Not inside node_modules: there, Node finds no package.json that says that the files are ES modules. */
export async function build(): Promise<Built> {
  const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'afterwrite-cli-'));
  const project = process.cwd();
  copyFileSync(join(project, 'package.json'), join(folder, 'package.json'));
  for (const name of ['node_modules', 'test']) symlinkSync(join(project, name), join(folder, name));
  const tsc = join(project, 'node_modules', '.bin', 'tsc');
  const run = promisify(execFile);
  await run(tsc, ['-p', 'tsconfig.build.json', '--outDir', join(folder, 'dist')]);
  await run(process.execPath, ['infra/console/bundle.js', join(folder, 'dist', 'infra', 'console', 'page')]);
  return {
    main: join(folder, 'dist', 'infra', 'cli', 'main.js'),
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
