import { statisticsProcessor } from '../../processors/statistics/handler.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { keyId } from '../../shared/model/keys.ts';
import { silentLog } from '../../shared/ports/log.ts';
import type { StreamSource } from '../../shared/ports/streamSource.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { Activity } from '../../shared/stream/activity.ts';
import { Lineage } from '../../shared/stream/lineage.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import { runReader } from '../../shared/stream/reader.ts';
import { everyLease } from '../support/given/everyLease.ts';
import { memoryState } from '../support/memory/memoryState.ts';
import { LIVE_BATCH, surroundings } from './benchStage.ts';
import { synthetic, syntheticRecord } from './sets/synthetic.ts';

// A process of its own, for a process knows only the most memory that it ever had.
// Takes the number of records; prints how many kilobytes that was, and the seconds.

const PAGE = 1_000;
const SHARD = 'shardId-00000001';
const STREAM = 'synthetic';

/** Makes each page when it is asked for, and keeps none. */
const source = (records: number): StreamSource => ({
  stream: STREAM,
  shards: async () => [{ id: SHARD, parent: undefined }],
  open: async () => '0',
  read: async (iterator) => {
    const from = Number(iterator);
    const length = Math.min(PAGE, records - from);
    return {
      records: Array.from({ length }, (_, i) => syntheticRecord(from + i)),
      next: String(from + length),
    };
  },
});

/** Costs nothing and holds what there is: 130 aggregates, however many records come. */
function freeTable(): Pick<TableStore, 'read' | 'replace'> {
  const items = new Map<string, Attributes>();
  return {
    read: async (keys) => new Map(keys.map((key) => [keyId(key), items.get(keyId(key))] as const).filter(hasItem)),
    replace: async (replacements) =>
      replacements.map(({ key, item }) => {
        items.set(keyId(key), item);
        return 'written';
      }),
  };
}

const hasItem = (entry: readonly [string, Attributes | undefined]): entry is [string, Attributes] =>
  entry[1] !== undefined;

async function readAll(records: number): Promise<void> {
  const state = memoryState();
  const lineage = new Lineage(source(records));
  const inner = statisticsProcessor(synthetic, { table: freeTable(), state, lineage, log: silentLog });
  const enough = new AbortController();
  let left = records;
  const processor: Processor = {
    name: inner.name,
    async process(changes) {
      await inner.process(changes);
      left -= changes.length;
      if (left <= 0) enough.abort();
    },
  };
  await runReader(
    {
      ...surroundings,
      name: 'bench',
      system: synthetic,
      source: source(records),
      state,
      processors: [processor],
      batch: { changes: LIVE_BATCH, waitMs: 0 },
      pollMs: 1,
      activity: new Activity(),
      leases: everyLease(),
    },
    enough.signal,
  );
}

const start = performance.now();
await readAll(Number(process.argv[2]));
process.stdout.write(
  JSON.stringify({ kilobytes: process.resourceUsage().maxRSS, seconds: (performance.now() - start) / 1000 }),
);
