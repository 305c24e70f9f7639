import { existsSync, readFileSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What follows the last line end is a write that was never acknowledged. */
export const linesIn = (path: string): readonly string[] =>
  existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];

/** A file of lines, changed by one at a time in the order of the calls. It is made by the first write. */
export class LineFile {
  readonly #path: string;
  #file: Promise<FileHandle> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** One write. `text` ends with a line end. */
  append(text: string): Promise<void> {
    return this.#afterAll(() => this.#write(text));
  }

  /** The whole content anew, in one step; a file without content is removed. */
  replace(text: () => string): Promise<void> {
    return this.#afterAll(async () => {
      await this.#letGo();
      const content = text();
      if (content === '') return rm(this.#path, { force: true });
      await writeFile(`${this.#path}.tmp`, content);
      await rename(`${this.#path}.tmp`, this.#path);
    });
  }

  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
    await this.#letGo();
  }

  #afterAll(change: () => Promise<void>): Promise<void> {
    this.#last = this.#last.catch(() => undefined).then(change);
    return this.#last;
  }

  async #letGo(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await (await file)?.close();
  }

  async #write(text: string): Promise<void> {
    this.#file ??= openWhole(this.#path);
    try {
      await (await this.#file).appendFile(text);
    } catch (error) {
      // Opened anew, the file is cut back to its last whole line.
      await this.#letGo().catch(() => undefined);
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
