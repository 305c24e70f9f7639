import { eventShelf } from '../../../events/archived.ts';
import { compact, REMOVED_AFTER_MS } from '../../../processors/archive/compact.ts';
import { archiveProcessor } from '../../../processors/archive/handler.ts';
import { bundleOf } from '../../../shared/archive/bundle.ts';
import { bundleKey, collectionPrefix } from '../../../shared/archive/layout.ts';
import { writeProven } from '../../../shared/archive/lines.ts';
import { journalShelf, type Shelf } from '../../../shared/archive/shelf.ts';
import type { Names } from '../../../shared/model/names.ts';
import type { ArchiveStore } from '../../../shared/ports/archiveStore.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import type { Change } from '../../../shared/stream/change.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { memoryState } from '../memory/memoryState.ts';
import { changeOf } from './changes.ts';
import { findingItem, versionItem } from './reviewerItems.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-02-01T10:00:00.000Z');
/** When the history is over. */
export const HISTORY_END = START + 20 * HOUR_MS + 2 * REMOVED_AFTER_MS;

/** An archive in every state that it can be in, and ways to go on. */
export interface ArchivedHistory {
  readonly journal: Shelf;
  readonly events: Shelf;
  /** Where the archive's reader has counted what it read. */
  readonly state: StateStore;
  readonly bundle: string;
  /** Of the first hour. */
  readonly first: readonly Change[];
  write(changes: readonly Change[]): Promise<void>;
  /** All that is loose. @param ms after the history's end */
  compactAll(ms: number): Promise<void>;
}

const change = (review: string, version: number, hour: number): Change =>
  changeOf({
    new: versionItem({ reviewId: review, version, status: review === 'r3' ? 'failed' : 'completed', riskScore: 60 }),
    sequence: String(hour * 100 + version * 10 + Number(review.slice(1))),
    at: START + hour * HOUR_MS,
  });

/** Two hours as segments under a manifest each, whose objects are gone; a third one loose, in which an item left for a bundle. */
export async function archivedHistory(archive: ArchiveStore, names: Names): Promise<ArchivedHistory> {
  const [journal, events] = [journalShelf(reviewer, names, archive), eventShelf(reviewer, names, archive)];
  const state = memoryState();
  const processor = archiveProcessor(reviewer, names, { archive, state });
  const write = (changes: readonly Change[]): Promise<void> => processor.process(changes);
  const compactAt = async (now: number): Promise<void> => {
    for (const shelf of [journal, events]) await compact(shelf, { segmentBytes: 1, patienceMs: 0, now });
  };
  const first = ['r1', 'r2', 'r3'].map((review) => change(review, 1, 0));
  await write(first);
  await write(['r1', 'r2', 'r4'].map((review) => change(review, 2, 1)));
  await compactAt(START + 10 * HOUR_MS);
  await compactAt(START + 10 * HOUR_MS + 2 * REMOVED_AFTER_MS);
  const left = findingItem();
  const about = { collection: 'review', source: { pk: 'REVIEW#r1', sk: 'STATS' }, due: START };
  const bundle = bundleOf(reviewer, names, about, [left]);
  const prefix = collectionPrefix(reviewer, names, 'review', about.source);
  await writeProven(archive, bundle.lines, (hash) => bundleKey(prefix, bundle.id, hash));
  const departure = changeOf({
    old: { ...left, afterwrite: { M: { leaving: { S: bundle.id } } } },
    sequence: '999',
    at: START + 2 * HOUR_MS,
  });
  await write([change('r5', 1, 2), departure]);
  return { journal, events, state, bundle: bundle.id, first, write, compactAll: (ms) => compactAt(HISTORY_END + ms) };
}

export async function keysUnder(archive: ArchiveStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of archive.list(prefix)) keys.push(key);
  return keys;
}

/** As if somebody else had changed the object behind the port. */
export async function putInstead(archive: ArchiveStore, key: string, body: Uint8Array): Promise<void> {
  await archive.remove(key);
  await archive.putIfAbsent(key, body);
}

/** One byte of an object is another one. */
export async function flipByte(archive: ArchiveStore, key: string, at: number): Promise<void> {
  const body = Uint8Array.from(await archive.get(key));
  body[at % body.length] = (body[at % body.length] as number) ^ 0x55;
  await putInstead(archive, key, body);
}
