import { statisticsProcessor } from '../../../processors/statistics/handler.ts';
import { dynamoStateStore } from '../../../shared/aws/stateStore.ts';
import { dynamoTableStore } from '../../../shared/aws/tableStore.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { saveCheckpoint } from '../../../shared/state/checkpoints.ts';
import { decodeChange } from '../../../shared/stream/change.ts';
import { Lineage } from '../../../shared/stream/lineage.ts';
import { oneShard } from '../oneShard.ts';
import type { Way } from './way.ts';

/** The statistics processor over the real stores, with the checkpoint that its reader writes after each batch. */
export const afterwrite: Way = {
  name: 'afterwrite',
  async prepare({ clients, system, table, stateTable, stream, shard }, batches) {
    let known: string | undefined;
    const state = dynamoStateStore(clients.dynamodb, stateTable);
    const processor = statisticsProcessor(system, {
      table: dynamoTableStore(clients.dynamodb, table, system.table),
      state,
      lineage: new Lineage(oneShard(stream, shard)),
      log: silentLog,
    });
    return async () => {
      for (const batch of batches) {
        await processor.process(batch.map((record) => decodeChange(system, record, stream, shard)));
        const last = batch[batch.length - 1];
        if (!last) continue;
        const { sequence, at } = last;
        await saveCheckpoint(state, stream, { processor: processor.name, shard, sequence, at, finished: false }, known);
        known = sequence;
      }
    };
  },
};
