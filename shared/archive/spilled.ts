import { AfterwriteError, isAfterwriteError } from '../model/errors.ts';
import type { System } from '../model/system.ts';
import type { ArchiveStore } from '../ports/archiveStore.ts';
import type { Change } from '../stream/change.ts';
import { changeFromLine, journalLine } from './journalLine.ts';
import { spillKey } from './layout.ts';
import { readLines, writeProven } from './lines.ts';

/** One object of changes that wait for the bus: of one shard, in order. */
export interface Spilled {
  readonly key: string;
  readonly shard: string;
  /** Sequence number of its first change. */
  readonly first: string;
  readonly changes: number;
  /** Gzipped. */
  readonly bytes: number;
}

/**
 * Keeps changes of one shard until the bus takes their events. A line is the journal's: whatever is left out there is left
 * out here. The same changes again are the same object.
 */
export async function writeSpilled(archive: ArchiveStore, prefix: string, changes: readonly Change[]): Promise<void> {
  const [first, last] = [changes[0], changes[changes.length - 1]];
  if (!first || !last) return;
  const { shard } = first.position;
  const about = { first: first.position.sequence, last: last.position.sequence, changes: changes.length };
  try {
    await writeProven(archive, changes.map(journalLine), (hash) => spillKey(prefix, shard, about, hash));
  } catch (error) {
    if (!isAfterwriteError(error, 'NOT_FOUND')) throw error;
    throw new AfterwriteError('CONFLICT', `what ${shard} has spilled was published before it was read back`, {
      retry: true,
      mend: 'it is tried again',
      cause: error,
    });
  }
}

/** In the order of sequence numbers, shard by shard. @param under the prefix of the system's spill, or of one shard's */
export async function* listSpilled(archive: ArchiveStore, under: string): AsyncIterable<Spilled> {
  for await (const { key, bytes } of archive.list(under)) {
    const [name = '', shard = ''] = key.split('/').toReversed();
    const [first = '', , changes] = name.split('-');
    yield {
      key,
      shard: decodeURIComponent(shard),
      first: first.replace(/^0+(?=\d)/, ''),
      changes: Number(changes),
      bytes,
    };
  }
}

/** Undefined where somebody else published it and took it away. */
export async function readSpilled(
  system: System,
  archive: ArchiveStore,
  { key }: Spilled,
): Promise<Change[] | undefined> {
  try {
    return (await readLines(archive, key)).map((line) => changeFromLine(system, line));
  } catch (error) {
    if (isAfterwriteError(error, 'NOT_FOUND')) return undefined;
    if (!(error instanceof SyntaxError)) throw error;
    throw new AfterwriteError('ARCHIVE_BROKEN', `${key} holds a line that is no JSON`, {
      mend: 'restore the object from a copy of it',
      cause: error,
    });
  }
}
