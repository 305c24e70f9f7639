import type { Origin } from '../../events/derive.ts';
import type { Outgoing } from '../../events/pack.ts';
import { publish, type RetryTimes } from '../../events/publish.ts';
import type { System } from '../../shared/model/system.ts';
import type { EventBus } from '../../shared/ports/eventBus.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import { type ParkingSteps, parkingProcessor } from '../../shared/stream/parkingProcessor.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import { decideEvents, refused } from './plan.ts';

export interface FanoutPorts {
  readonly bus: EventBus;
  readonly state: StateStore;
  readonly log: Log;
  readonly retry?: RetryTimes;
}

/** Publishes the events that changes ask for: at least once, always with the same id, in order per item. */
export function fanoutProcessor(system: System, origin: Origin, { bus, state, log, retry }: FanoutPorts): Processor {
  const steps: ParkingSteps<Outgoing[]> = {
    name: 'fanout',
    decide: (change) => decideEvents(system, origin, change),
    commit: async (decided) => {
      const changeOf = new Map(
        decided.flatMap(({ change, result }) => result.map((outgoing) => [outgoing.envelope, change] as const)),
      );
      const refusals = await publish(
        bus,
        decided.flatMap(({ result }) => result),
        retry,
      );
      return refusals.flatMap(({ outgoing, code }) => {
        const change = changeOf.get(outgoing.envelope);
        return change ? [{ change, error: refused(outgoing.envelope, `the bus answered ${code}`) }] : [];
      });
    },
  };
  return parkingProcessor(steps, state, log);
}
