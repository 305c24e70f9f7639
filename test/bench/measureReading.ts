import { GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams';
import type { Processor } from '../../shared/stream/processor.ts';
import type { BenchStage } from './benchStage.ts';
import type { Figure } from './figure.ts';
import { readStream } from './readStream.ts';
import { fastestOfBoth } from './timing.ts';

/** Each page is handed on at once, for waiting is no work; so there is a checkpoint a page, twice as many as the pipeline writes. */
const PAGE_BY_PAGE = { changes: 1, waitMs: 0 };

/** The reader with a processor that does nothing (decoding on demand, batches, checkpoints), beside GetRecords in a loop. */
export async function measureReading(stage: BenchStage, records: number): Promise<Figure> {
  const [reader, bare] = await fastestOfBoth(
    (pass) => () => readWithReader(stage, records, `nothing-${pass}`),
    () => () => readBare(stage, records),
  );
  return {
    name: 'reading',
    unit: 'records/s',
    rate: records / reader,
    beside: { what: 'GetRecords in a loop', rate: records / bare },
    asked: '≥ 0.85',
  };
}

/** @param name of its checkpoints: a name that was used goes on at the end. */
async function readWithReader(stage: BenchStage, records: number, name: string): Promise<void> {
  const enough = new AbortController();
  let left = records;
  const nothing: Processor = {
    name,
    async process(changes) {
      left -= changes.length;
      if (left <= 0) enough.abort();
    },
  };
  await readStream(stage, { processor: nothing, batch: PAGE_BY_PAGE, enough: enough.signal });
}

async function readBare({ place, source, shard, signal }: BenchStage, records: number): Promise<void> {
  const { streams } = place.clients;
  const opened = await streams.send(
    new GetShardIteratorCommand({ StreamArn: source.stream, ShardId: shard, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  let iterator = opened.ShardIterator;
  for (let left = records; left > 0 && iterator !== undefined && !signal.aborted; ) {
    const page = await streams.send(new GetRecordsCommand({ ShardIterator: iterator }));
    left -= page.Records?.length ?? 0;
    iterator = page.NextShardIterator;
  }
}
