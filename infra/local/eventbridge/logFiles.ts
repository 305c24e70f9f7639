import { existsSync, readFileSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LogGroups } from './logGroups.ts';

/** A log group is one NDJSON file in `<dir>/logs`, written in the order of the calls. */
export const fileLogGroups = (dir: string): LogGroups => {
  const logs = new Map<string, LogFile>();
  const pathOf = (name: string): string => join(dir, 'logs', `${name.replaceAll('/', '_')}.ndjson`);
  const log = (name: string): LogFile => {
    const known = logs.get(name) ?? new LogFile(pathOf(name));
    logs.set(name, known);
    return known;
  };
  return {
    target: (name) => ({
      deliver: (events) => log(name).append(events.map((event) => `${event.line}\n`).join('')),
    }),
    lines: (name) => linesIn(pathOf(name)),
    close: async () => {
      await Promise.all([...logs.values()].map((file) => file.close()));
    },
  };
};

/** What follows the last line end is a write that was never acknowledged. */
const linesIn = (path: string): readonly string[] =>
  existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];

class LogFile {
  readonly #path: string;
  #file: Promise<FileHandle> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** One write, after all earlier ones. */
  append(text: string): Promise<void> {
    const before = this.#last.catch(() => undefined);
    this.#last = before.then(() => this.#write(text));
    return this.#last;
  }

  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
    await (await this.#file)?.close();
    this.#file = undefined;
  }

  async #write(text: string): Promise<void> {
    this.#file ??= openWhole(this.#path);
    try {
      await (await this.#file).appendFile(text);
    } catch (error) {
      // Opened anew, the file is cut back to its last whole line.
      await this.close();
      throw error;
    }
  }
}

/** Opens for appending, without the half line that a crash may have left: nobody was told that it was there. */
const openWhole = async (path: string): Promise<FileHandle> => {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a+');
  const { size } = await file.stat();
  if (size === 0) return file;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer.toString() !== '\n') {
    const whole = await file.readFile();
    await file.truncate(whole.lastIndexOf('\n') + 1);
  }
  return file;
};
