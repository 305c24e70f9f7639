import { decideEffects, groupByAggregate } from '../../processors/statistics/plan.ts';
import { decodeAttributes } from '../../shared/model/attribute.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { settle } from '../../shared/stream/settle.ts';
import { type BenchStage, freshChanges, LIVE_BATCH } from './benchStage.ts';
import type { Figure } from './figure.ts';
import { fastestOfBoth, inBatches } from './timing.ts';

/** What statistics think of a record, without any port, beside unmarshalling both of its images whole. */
export async function measurePlanning(stage: BenchStage, records: readonly StreamRecord[]): Promise<Figure> {
  const { system } = stage.place;
  let planned = 0;
  const plan = (): void => {
    for (const batch of inBatches(records, LIVE_BATCH)) {
      const changes = freshChanges(stage, batch);
      const { decided } = settle(changes, new Map(), (change) => decideEffects(system, change));
      planned += groupByAggregate(decided).length;
    }
  };
  let decoded = 0;
  const decode = (): void => {
    for (const record of records)
      for (const image of [record.old, record.new]) if (image) decoded += Object.keys(decodeAttributes(image)).length;
  };
  const [planning, decoding] = await fastestOfBoth(
    () => plan,
    () => decode,
  );
  if (planned === 0 || decoded === 0) throw new Error('nothing was planned: the stream holds no record that counts');
  return {
    name: 'planning',
    unit: 'records/s',
    rate: records.length / planning,
    beside: { what: 'full decode of both images', rate: records.length / decoding },
  };
}
