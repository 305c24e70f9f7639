import { decideEffects, groupByAggregate } from '../../processors/statistics/plan.ts';
import type { System } from '../../shared/model/system.ts';
import { decodeChange } from '../../shared/stream/change.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { settle } from '../../shared/stream/settle.ts';

/** M: how many aggregates each batch touches, summed. What one write for each of them costs, and no more. */
export function aggregatesTouched(system: System, batches: readonly (readonly StreamRecord[])[]): number {
  const touched = batches.map((batch) => {
    const changes = batch.map((record) => decodeChange(system, record, 'bench', 'shardId-00000001'));
    return groupByAggregate(settle(changes, new Map(), (change) => decideEffects(system, change)).decided).length;
  });
  return touched.reduce((sum, n) => sum + n, 0);
}
