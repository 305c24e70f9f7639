import { readHistory } from '../../shared/archive/history.ts';
import type { JournalLine } from '../../shared/archive/journalLine.ts';
import { journalShelves } from '../../shared/archive/shelf.ts';
import { snapshotOf } from '../../shared/archive/snapshot.ts';
import { imageHash } from '../../shared/model/imageHash.ts';
import { partitionOf } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import { itemBytes } from '../../shared/model/size.ts';
import type { System } from '../../shared/model/system.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import type { Change } from '../../shared/stream/change.ts';
import { type ArchivePorts, archiveSnapshot } from './handler.ts';

export interface SnapshotContext extends ArchivePorts {
  readonly system: System;
  readonly names: Names;
  readonly table: Pick<TableStore, 'scan'>;
}

export interface SnapshotOptions {
  readonly signal: AbortSignal;
  onProgress?(journalled: number): void;
}

export interface Snapshotted {
  /** In the table, derived ones not counted. */
  readonly items: number;
  /** Of these, what the journal had not. */
  readonly journalled: number;
}

/** Of items as the table holds them; an object is a fraction of it. */
const PORTION_BYTES = 8 * 1024 * 1024;

/**
 * Writes into the journal what is in the table and not there yet, proven, while writes go on. Safe to repeat, and to be killed
 * anywhere: what was written stands, and is left alone next time. What is written meanwhile comes with the stream.
 *
 * Derived items are left out: they follow from the others. Held in memory is a hash for each item that the journal has.
 */
export async function journalSnapshot(context: SnapshotContext, options: SnapshotOptions): Promise<Snapshotted> {
  const { system, names, table } = context;
  const known = await lastImages(context);
  let [items, journalled, bytes] = [0, 0, 0];
  let portion: Change[] = [];
  const write = async (): Promise<void> => {
    if (portion.length === 0) return;
    await archiveSnapshot(system, names, context, portion);
    journalled += portion.length;
    options.onProgress?.(journalled);
    [portion, bytes] = [[], 0];
  };
  for await (const item of table.scan()) {
    if (options.signal.aborted) break;
    const change = snapshotOf(system, names, item);
    if (change.source?.derived) continue;
    items++;
    const { new: image } = change.record;
    if (image && known.get(partitionOf(change.key)) === imageHash(image)) continue;
    portion.push(change);
    bytes += itemBytes(item);
    if (bytes >= PORTION_BYTES) await write();
  }
  await write();
  return { items, journalled };
}

/** What each item was last, as the journal tells it: by item, a hash of its image. */
async function lastImages({ system, names, archive }: SnapshotContext): Promise<Map<string, string>> {
  const images = new Map<string, string>();
  for (const shelf of await journalShelves(system, names, archive))
    for await (const rows of readHistory(shelf))
      for (const { item, value } of rows) {
        const { new: image } = value as JournalLine;
        if (image) images.set(item, imageHash(image));
        else images.delete(item);
      }
  return images;
}
