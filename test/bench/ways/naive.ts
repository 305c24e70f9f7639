import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import pMap from 'p-map';
import { updateOf } from './counters.ts';
import { toLambdaEvent, touchesOfRecord } from './lambdaEvent.ts';
import type { Way } from './way.ts';

/** An UpdateItem for each aggregate that a record touches, so many at a time. A retry counts everything twice. */
export const naive = (name: string, atOnce: number): Way => ({
  name,
  async prepare({ clients, system, table, region }, batches) {
    const events = batches.map((batch) => toLambdaEvent(batch, region));
    return async () => {
      for (const { Records } of events) {
        const updates = Records.flatMap((record) => touchesOfRecord(system, record));
        await pMap(updates, (touch) => clients.dynamodb.send(new UpdateItemCommand(updateOf(table, system, touch))), {
          concurrency: atOnce,
        });
      }
    };
  },
});
