import { statisticsProcessor } from '../../processors/statistics/handler.ts';
import { decideEffects } from '../../processors/statistics/plan.ts';
import { silentLog } from '../../shared/ports/log.ts';
import { Lineage } from '../../shared/stream/lineage.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { settle } from '../../shared/stream/settle.ts';
import { aggregatesTouched } from './aggregatesTouched.ts';
import { type BenchStage, freshChanges } from './benchStage.ts';
import type { Figure } from './figure.ts';
import { LIVE, readStream } from './readStream.ts';
import { noteWrites } from './requests.ts';
import { seconds } from './timing.ts';
import { writeUnits } from './writeUnits.ts';

/**
 * Records a second through statistics alone, and what they write for it. Statistics feed statistics: the records of
 * their own writes come through too. Gives back all records of the stream.
 */
export async function measureStatistics(
  stage: BenchStage,
): Promise<{ figures: Figure[]; records: readonly StreamRecord[] }> {
  const { system, table, state, clients, names } = stage.place;
  const lineage = new Lineage(await stage.place.stream());
  const inner = statisticsProcessor(system, { table, state, lineage, log: silentLog });
  const batches: StreamRecord[][] = [];
  let took = 0;
  const timed: Processor = {
    name: inner.name,
    async process(changes) {
      took += await seconds(() => inner.process(changes));
      batches.push(changes.map(({ record }) => record));
    },
  };
  const noted = noteWrites(clients.dynamodb);
  await readStream(stage, { processor: timed, batch: LIVE });
  noted.stop();
  const records = batches.flat();
  const changes = freshChanges(stage, records);
  const written = changes.filter(({ source }) => source?.derived === true).length;
  const { decided } = settle(changes, new Map(), (change) => decideEffects(system, change));
  const effects = decided.reduce((sum, { result }) => sum + result.length, 0);
  const units = writeUnits(noted.sent, names.table, system.table);
  const each = (n: number): number => n / records.length;
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
      {
        name: 'write units of statistics',
        unit: 'a record',
        rate: each(units.requests),
        beside: { what: 'M/N', rate: each(aggregatesTouched(system, batches)) },
        asked: '0.9 – 1.1',
      },
      { name: 'more for over 1 KB', unit: 'a record', rate: each(units.overOneKb) },
      { name: 'more for indexes', unit: 'a record', rate: each(units.indexes) },
    ],
  };
}
