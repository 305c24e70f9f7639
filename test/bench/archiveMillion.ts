import { compact } from '../../processors/archive/compact.ts';
import { archiveProcessor } from '../../processors/archive/handler.ts';
import { readItem } from '../../shared/archive/history.ts';
import { journalShelf } from '../../shared/archive/shelf.ts';
import { s3ArchiveStore } from '../../shared/aws/archiveStore.ts';
import { connect } from '../../shared/aws/clients.ts';
import { partitionOf } from '../../shared/model/keys.ts';
import { namesOf } from '../../shared/model/names.ts';
import { DAY_MS } from '../../shared/model/retention.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import { type Change, decodeChange } from '../../shared/stream/change.ts';
import { memoryState } from '../support/memory/memoryState.ts';
import { ARCHIVE_BATCH, CREDENTIALS, REGION } from './benchStage.ts';
import { synthetic, syntheticRecord } from './sets/synthetic.ts';

// A process of its own, for a process knows only the most memory that it ever had; the store is in another.
// Takes the store's URL, the bucket, the number of changes and how large segments are; prints what came of it.

export interface Archived {
  /** The most memory, archiving and compacting. */
  readonly kilobytes: number;
  readonly seconds: number;
  /** That reading one item's history took, manifests included. */
  readonly itemBytes: number;
  /** Of all segments. */
  readonly bytes: number;
}

const [url = '', bucket = '', count = '0', segmentBytes = '0'] = process.argv.slice(2);
const names = namesOf(synthetic, 'million');
/** So many changes an item: each segment may have some of one. */
const ITEMS = 4_000;

const clients = connect({ region: REGION, endpoints: { s3: url }, credentials: CREDENTIALS });
let read = 0;

function counting(inner: ArchiveStore): ArchiveStore {
  const get: ArchiveStore['get'] = async (key, range) => {
    const body = await inner.get(key, range);
    read += body.length;
    return body;
  };
  return new Proxy(inner, { get: (target, name) => (name === 'get' ? get : Reflect.get(target, name)) });
}

function changeAt(place: number): Change {
  const { eventId, sequence, at } = syntheticRecord(place);
  return decodeChange(synthetic, { ...syntheticRecord(place % ITEMS), eventId, sequence, at }, 'stream', 'shard');
}

async function main(): Promise<Archived> {
  const began = performance.now();
  const archive = counting(s3ArchiveStore(clients.s3, bucket));
  const processor = archiveProcessor(synthetic, names, { archive, state: memoryState() });
  const changes = Number(count);
  for (let from = 0; from < changes; from += ARCHIVE_BATCH)
    await processor.process(
      Array.from({ length: Math.min(ARCHIVE_BATCH, changes - from) }, (_, i) => changeAt(from + i)),
    );
  const shelf = journalShelf(synthetic, names, archive);
  const now = Date.UTC(2026, 0, 1) + DAY_MS * 30;
  await compact(shelf, { segmentBytes: Number(segmentBytes), patienceMs: 0, everything: true, now });
  const seconds = (performance.now() - began) / 1000;
  const kilobytes = process.resourceUsage().maxRSS;
  let bytes = 0;
  for await (const object of archive.list(shelf.segments)) bytes += object.bytes;
  read = 0;
  const rows = await readItem(shelf, partitionOf(changeAt(ITEMS / 2).key));
  if (rows.length !== changes / ITEMS) throw new Error(`${rows.length} changes of an item, not ${changes / ITEMS}`);
  return { kilobytes, seconds, itemBytes: read, bytes };
}

process.stdout.write(JSON.stringify(await main()));
clients.close();
