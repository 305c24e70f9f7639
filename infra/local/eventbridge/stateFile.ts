import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { type Snapshot, snapshotSchema } from './registry.ts';

/** The file that buses, rules and targets live in between runs. */
export interface StateFile {
  read(): Promise<Snapshot | undefined>;
  /** Resolves when this state or a later one is on disk. The file is whole at every moment. */
  write(state: () => Snapshot): Promise<void>;
}

export const IN_MEMORY: StateFile = {
  read: async () => undefined,
  write: async () => undefined,
};

export const stateFileIn = (dir: string): StateFile => {
  const path = join(dir, 'eventbridge.json');
  let last: Promise<void> = Promise.resolve();
  return {
    read: () => read(path),
    write(state) {
      // One at a time, or two writers would share the temporary file; a failed write does not stop the next.
      last = last
        .then(undefined, () => undefined)
        .then(() => replace(dir, path, JSON.stringify(state(), undefined, 2)));
      return last;
    },
  };
};

const read = async (path: string): Promise<Snapshot | undefined> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return snapshotSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AfterwriteError('USAGE', `${path} is not the state of an EventBridge endpoint`, {
      mend: 'remove the file: buses, rules and targets are made again when the stack starts',
      cause,
    });
  }
};

const replace = async (dir: string, path: string, text: string): Promise<void> => {
  await mkdir(dir, { recursive: true });
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
};
