import { statisticsProcessor } from '../../processors/statistics/handler.ts';
import { decideEffects } from '../../processors/statistics/plan.ts';
import { silentLog } from '../../shared/ports/log.ts';
import { Lineage } from '../../shared/stream/lineage.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { settle } from '../../shared/stream/settle.ts';
import { type BenchStage, freshChanges } from './benchStage.ts';
import type { Figure } from './figure.ts';
import { LIVE, readStream } from './readStream.ts';
import { seconds } from './timing.ts';

/**
 * Records a second through statistics alone, and what they write for it. Statistics feed statistics: the records of
 * their own writes come through too. Gives back all records of the stream.
 */
export async function measureStatistics(
  stage: BenchStage,
): Promise<{ figures: Figure[]; records: readonly StreamRecord[] }> {
  const { system, table, state } = stage.place;
  const lineage = new Lineage(await stage.place.stream());
  const inner = statisticsProcessor(system, { table, state, lineage, log: silentLog });
  const records: StreamRecord[] = [];
  let took = 0;
  const timed: Processor = {
    name: inner.name,
    async process(changes) {
      took += await seconds(() => inner.process(changes));
      for (const { record } of changes) records.push(record);
    },
  };
  await readStream(stage, { processor: timed, batch: LIVE });
  const changes = freshChanges(stage, records);
  const written = changes.filter(({ source }) => source?.derived === true).length;
  const { decided } = settle(changes, new Map(), (change) => decideEffects(system, change));
  const effects = decided.reduce((sum, { result }) => sum + result.length, 0);
  return {
    records,
    figures: [
      { name: 'statistics', unit: 'records/s', rate: records.length / took },
      {
        name: 'writes of statistics',
        unit: 'per record',
        rate: written / records.length,
        beside: { what: 'a write per touched aggregate', rate: effects / records.length },
      },
    ],
  };
}
