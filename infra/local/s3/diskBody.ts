import { randomUUID } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { BodyWriter } from './files.ts';
import type { ByteRange } from './range.ts';

/** Up to this length a body is written and read in one go; a longer one is streamed. In bytes. */
const IN_ONE_GO = 1024 * 1024;

/**
 * A body file gets its final name at once: it is invisible until a record names it, and the start drops those that none
 * names. Pieces gather in memory until there are enough for a write.
 */
export function newDiskBody(folder: string): BodyWriter {
  const id = randomUUID();
  const path = join(folder, id);
  let gathered: Buffer[] = [];
  let length = 0;
  let file: FileHandle | undefined;
  const flush = async (): Promise<void> => {
    file ??= await open(path, 'wx');
    await file.appendFile(Buffer.concat(gathered));
    gathered = [];
    length = 0;
  };
  return {
    id,
    write: async (piece) => {
      gathered.push(piece);
      length += piece.length;
      if (length > IN_ONE_GO) await flush();
    },
    close: async () => {
      if (file === undefined) return writeFile(path, Buffer.concat(gathered));
      await flush();
      await file.close();
      file = undefined;
    },
    discard: async () => {
      await file?.close();
      await rm(path, { force: true });
    },
  };
}

/** Opens at once, so that an unlink that follows does not matter. */
export function openDiskBody(path: string, { first, last }: ByteRange): Buffer | Readable {
  const length = last - first + 1;
  if (length <= 0) return Buffer.alloc(0);
  const fd = openWhole(path, last);
  if (length > IN_ONE_GO) return createReadStream('', { fd, start: first, end: last });
  try {
    const bytes = Buffer.allocUnsafe(length);
    readSync(fd, bytes, 0, length, first);
    return bytes;
  } finally {
    closeSync(fd);
  }
}

/** A file that a power cut left short is found before the answer promises its length: the reader would wait for ever. */
function openWhole(path: string, last: number): number {
  const fd = openSync(path, 'r');
  if (fstatSync(fd).size > last) return fd;
  closeSync(fd);
  throw new Error(`the body ${basename(path)} is shorter than its record says`);
}
