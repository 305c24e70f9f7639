import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { compact } from '../../processors/archive/compact.ts';
import { archiveProcessor } from '../../processors/archive/handler.ts';
import { readHistory } from '../../shared/archive/history.ts';
import { journalShelf, type Shelf } from '../../shared/archive/shelf.ts';
import { DAY_MS } from '../../shared/model/retention.ts';
import { systemClock } from '../../shared/ports/clock.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { ARCHIVE_BATCH, type BenchStage, freshChanges } from './benchStage.ts';
import type { Figure } from './figure.ts';
import { fastestOfBoth, inBatches, PASSES } from './timing.ts';

const [gunzipAsync, gzipAsync] = [promisify(gunzip), promisify(gzip)];
const BYTES_A_MB = 1_000_000;
const SEGMENT_BYTES = 64_000_000;
const ASKED = '≥ 0.7';

/**
 * Journal objects into a segment (read, parsed, sorted, each once, packed, written, proven), beside reading, unpacking and
 * packing the same bytes, parsed (nothing can be sorted that was not) and not; and the segment read back, line by line,
 * beside reading, unpacking and parsing the same.
 */
export async function measureCompaction(stage: BenchStage, records: readonly StreamRecord[]): Promise<Figure[]> {
  const shelves: Shelf[] = [];
  for (let pass = 0; pass < 2 * PASSES; pass++) shelves.push(await written(stage, records, pass));
  const [first] = shelves as [Shelf];
  const contents = await unpacked(first, first.objects);
  const megabytes = contents.reduce((sum, { length }) => sum + length, 0) / BYTES_A_MB;
  const now = systemClock.now() + DAY_MS;
  const options = { segmentBytes: SEGMENT_BYTES, patienceMs: 0, everything: true, now };
  const fresh = shelves.values();
  const compacting = () => {
    const { value: shelf } = fresh.next();
    return () => compact(shelf as Shelf, options);
  };
  const packing = (look: (content: Buffer) => void) => () => async () => {
    for (const content of await unpacked(first, first.objects)) {
      look(content);
      await gzipAsync(content);
    }
  };
  const figure = (name: string, what: string, [ours, plain]: [number, number]): Figure => ({
    name,
    unit: 'MB/s',
    rate: megabytes / ours,
    beside: { what, rate: megabytes / plain },
    asked: ASKED,
  });
  return [
    figure(
      'compaction',
      'read, gunzip, gzip of the same bytes',
      await fastestOfBoth(
        compacting,
        packing(() => {}),
      ),
    ),
    figure('compaction', 'read, gunzip, parse, gzip', await fastestOfBoth(compacting, packing(parseAll))),
    figure('reading back', 'read, gunzip, parse', await readingBack(first)),
  ];
}

const readingBack = (shelf: Shelf): Promise<[number, number]> =>
  fastestOfBoth(
    () => () => readAll(shelf),
    () => async () => {
      for (const content of await unpacked(shelf, shelf.segments)) parseAll(content);
    },
  );

async function written(
  { place, ...stage }: BenchStage,
  records: readonly StreamRecord[],
  pass: number,
): Promise<Shelf> {
  const names = { ...place.names, stage: `${place.names.stage}-compaction-${pass}` };
  const processor = archiveProcessor(place.system, names, place);
  for (const batch of inBatches(freshChanges({ place, ...stage }, records), ARCHIVE_BATCH))
    await processor.process(batch);
  return journalShelf(place.system, names, place.archive);
}

function parseAll(content: Buffer): void {
  for (const line of content.toString().split('\n')) if (line !== '') JSON.parse(line);
}

async function unpacked({ archive }: Shelf, prefix: string): Promise<Buffer[]> {
  const contents: Buffer[] = [];
  for await (const { key } of archive.list(prefix)) contents.push(await gunzipAsync(await archive.get(key)));
  return contents;
}

async function readAll(shelf: Shelf): Promise<void> {
  for await (const _rows of readHistory(shelf)) {
    // Reading is all.
  }
}
