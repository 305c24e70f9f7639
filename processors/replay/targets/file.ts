import { type FileHandle, open, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import type { ReplayTarget } from '../target.ts';

const gzipAsync = promisify(gzip);

const PORTION = 5_000;

/**
 * One envelope a line; gzipped where the name ends with .gz, each portion a gzip file of its own, which together are one
 * (RFC 1952, 2.2). The mark is the file's length after a portion: who goes on cuts off what comes behind it, so that the
 * file holds each event once, wherever the replay was killed.
 */
export function fileTarget(path: string): ReplayTarget {
  let file: FileHandle | undefined;
  let length = 0;
  return {
    name: `file ${path}`,
    portion: PORTION,
    async check() {
      if (await stat(path).catch(() => undefined)) throw present(path);
    },
    async open(mark) {
      file = await openAt(path, mark);
      length = mark ?? 0;
    },
    async send(envelopes) {
      if (!file) throw new Error(`${path} is not open`);
      const text = Buffer.from(envelopes.map((envelope) => `${JSON.stringify(envelope)}\n`).join(''));
      const bytes = path.endsWith('.gz') ? await gzipAsync(text) : text;
      for (let done = 0; done < bytes.length; )
        done += (await file.write(bytes, done, bytes.length - done, length + done)).bytesWritten;
      await file.datasync();
      length += bytes.length;
      return length;
    },
    async close() {
      await file?.close();
      file = undefined;
    },
  };
}

async function openAt(path: string, mark: number | undefined): Promise<FileHandle> {
  try {
    if (mark === undefined) return await open(path, 'wx');
    if (mark === 0) return await open(path, 'w');
    const file = await open(path, 'r+');
    if ((await file.stat()).size >= mark) {
      await file.truncate(mark);
      return file;
    }
    await file.close();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw present(path);
    if (code !== 'ENOENT' || !mark)
      throw new AfterwriteError('USAGE', `${path} can't be written: ${code}`, {
        mend: 'give another file',
        cause: error,
      });
  }
  throw new AfterwriteError('NOT_FOUND', `${path} is no more what the replay has written`, {
    mend: 'put the file back, or start a new replay',
  });
}

const present = (path: string): AfterwriteError =>
  new AfterwriteError('USAGE', `${path} is there already`, { mend: 'give another name, or remove it' });
