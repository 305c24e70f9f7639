import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AfterwriteError, isAfterwriteError } from '../model/errors.ts';
import { isCold, type StorageClass } from '../model/retention.ts';
import type { ArchiveStore } from '../ports/archiveStore.ts';
import { compress, pack } from './compress.ts';
import { hashOf } from './layout.ts';

const gunzipAsync = promisify(gunzip);

/** Writes lines as one gzip object and proves it. Returns the object's key. Writing the same lines again changes nothing. */
export async function writeProven(
  archive: ArchiveStore,
  lines: Iterable<string>,
  keyFor: (contentHash: string) => string,
  storageClass?: StorageClass,
): Promise<string> {
  const { body, hash } = await compress(lines);
  const key = keyFor(hash);
  await putProven(archive, key, body, hash, storageClass);
  return key;
}

/** One text as one gzip object, proven. @param hash of the text */
export const writeText = async (archive: ArchiveStore, key: string, text: string, hash: string): Promise<void> =>
  putProven(archive, key, await pack(Buffer.from(text)), hash);

/**
 * Nothing counts as archived before it was read back and its content hashed to the same value. What goes to a cold class
 * moves there only then, for it can't be read back from there; what is cold already has been proven.
 */
async function putProven(
  archive: ArchiveStore,
  key: string,
  body: Uint8Array,
  hash: string,
  storageClass?: StorageClass,
): Promise<void> {
  const options = storageClass === undefined || isCold(storageClass) ? undefined : { storageClass };
  await archive.putIfAbsent(key, body, options);
  const proven = await readsBack(archive, key, body, hash);
  if (proven === 'differs') throw mismatch(key);
  if (storageClass !== undefined && isCold(storageClass) && proven === 'equal') await archive.move(key, storageClass);
}

/**
 * What was there and is not: it was compacted or published long ago, and somebody has removed it since. Who lists again
 * finds where it is now.
 */
export function goneMeanwhile(key: string, error: unknown): unknown {
  if (!isAfterwriteError(error, 'NOT_FOUND')) return error;
  return new AfterwriteError('ARCHIVE_MOVED', `${key} was removed before it was read`, {
    retry: true,
    mend: 'it is tried again',
    cause: error,
  });
}

const mismatch = (key: string): AfterwriteError =>
  new AfterwriteError('ARCHIVE_MISMATCH', `${key} does not read back as it was written`, {
    mend: 'the store keeps something else under this key: nothing was deleted; look at the object, remove it, and run again',
  });

async function readsBack(
  archive: ArchiveStore,
  key: string,
  body: Uint8Array,
  hash: string,
): Promise<'equal' | 'differs' | 'cold'> {
  try {
    const back = await archive.get(key);
    return Buffer.compare(back, body) === 0 || hashOf(await unzip(key, back)) === hash ? 'equal' : 'differs';
  } catch (error) {
    if (isAfterwriteError(error, 'ARCHIVE_COLD')) return 'cold';
    throw goneMeanwhile(key, error);
  }
}

/** Writes a body that is compressed already under a key made from its hash, and proves it. */
export async function putBody(
  archive: ArchiveStore,
  body: Uint8Array,
  keyFor: (hash: string) => string,
): Promise<{ key: string; hash: string }> {
  const hash = hashOf(body);
  const key = keyFor(hash);
  await archive.putIfAbsent(key, body);
  if (hashOf(await archive.get(key)) !== hash) throw mismatch(key);
  return { key, hash };
}

/** The lines of one object. Throws ARCHIVE_BROKEN where it is no whole gzip file. */
export const readLines = async (archive: ArchiveStore, key: string): Promise<string[]> =>
  linesOf(await unzip(key, await archive.get(key)));

/** One object as text. Throws ARCHIVE_BROKEN where it is no whole gzip file. */
export const readText = async (archive: ArchiveStore, key: string): Promise<string> =>
  (await unzip(key, await archive.get(key))).toString();

export const linesOf = (content: Buffer): string[] =>
  content
    .toString()
    .split('\n')
    .filter((line) => line !== '');

/** Lines of JSON come to so many times their compressed size, about: then they are unpacked in one go, not 16 KB at a time. */
const UNPACKED_TIMES = 10;
const LEAST_CHUNK = 16 * 1024;
const LARGEST_CHUNK = 4 * 1024 * 1024;

const chunkFor = (compressed: number): number =>
  Math.min(LARGEST_CHUNK, Math.max(LEAST_CHUNK, compressed * UNPACKED_TIMES));

/** @param key for the message */
export async function unzip(key: string, body: Uint8Array): Promise<Buffer> {
  try {
    return await gunzipAsync(body, { chunkSize: chunkFor(body.length) });
  } catch (error) {
    throw new AfterwriteError('ARCHIVE_BROKEN', `${key} is damaged: ${(error as Error).message}`, {
      mend: 'restore the object from a copy or an older version of it',
      cause: error,
    });
  }
}
