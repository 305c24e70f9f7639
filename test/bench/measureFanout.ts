import { fanoutProcessor } from '../../processors/fanout/handler.ts';
import { decideEvents } from '../../processors/fanout/plan.ts';
import { silentLog } from '../../shared/ports/log.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { settle } from '../../shared/stream/settle.ts';
import { type BenchStage, freshChanges, LIVE_BATCH } from './benchStage.ts';
import type { Figure } from './figure.ts';
import { fastestOfBoth, inBatches } from './timing.ts';

const ENTRIES_A_CALL = 10;

/** Events a second from change to bus (deriving, checking, packing in order per item), beside ready entries put by tens. */
export async function measureFanout(stage: BenchStage, records: readonly StreamRecord[]): Promise<Figure> {
  const { system, names, bus, claims, state } = stage.place;
  const origin = { stage: names.stage, table: names.table };
  const { decided } = settle(freshChanges(stage, records), new Map(), (change) =>
    decideEvents(system, origin, claims, change),
  );
  const entries = decided.flatMap(({ result }) => result.map(({ entry }) => entry));
  const processor = fanoutProcessor(system, origin, { bus, claims, state, log: silentLog });
  const [fanout, plain] = await fastestOfBoth(
    () => {
      const batches = inBatches(freshChanges(stage, records), LIVE_BATCH);
      return async () => {
        for (const batch of batches) await processor.process(batch);
      };
    },
    () => async () => {
      for (const call of inBatches(entries, ENTRIES_A_CALL)) await bus.put(call);
    },
  );
  return {
    name: 'fan-out',
    unit: 'events/s',
    rate: entries.length / fanout,
    beside: { what: 'bus.put, ten entries a call', rate: entries.length / plain },
  };
}
