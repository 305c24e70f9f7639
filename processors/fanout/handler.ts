import { type ClaimStore, keepClaims } from '../../events/claim.ts';
import type { Origin } from '../../events/derive.ts';
import type { Outgoing } from '../../events/pack.ts';
import { publish, type RetryTimes } from '../../events/publish.ts';
import type { System } from '../../shared/model/system.ts';
import type { EventBus } from '../../shared/ports/eventBus.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { Change } from '../../shared/stream/change.ts';
import { type ParkingSteps, parkingProcessor } from '../../shared/stream/parkingProcessor.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import { attempt } from '../../shared/stream/settle.ts';
import { decideEvents, refused } from './plan.ts';

export interface FanoutPorts {
  readonly bus: EventBus;
  readonly claims: ClaimStore;
  readonly state: StateStore;
  readonly log: Log;
  readonly retry?: RetryTimes;
}

/** Publishes the events that changes ask for: at least once, always with the same id, in order per item. */
export const fanoutProcessor = (system: System, origin: Origin, ports: FanoutPorts): Processor =>
  parkingProcessor(fanoutSteps(system, origin, ports), ports.state, ports.log);

/** Whether a change asks for events, or can't be decided: without it nothing is published, and nothing parked. */
export function asksForEvents(system: System, origin: Origin, claims: ClaimStore): (change: Change) => boolean {
  return (change) => {
    const decided = attempt(change, () => decideEvents(system, origin, claims, change));
    return !Array.isArray(decided) || decided.length > 0;
  };
}

export function fanoutSteps(
  system: System,
  origin: Origin,
  { bus, claims, retry }: Pick<FanoutPorts, 'bus' | 'claims' | 'retry'>,
): ParkingSteps<Outgoing[]> {
  /** Changes whose events the bus has taken: given again in the same breath, they are not published again. */
  const taken = new WeakSet<Change>();
  return {
    name: 'fanout',
    decide: (change) => decideEvents(system, origin, claims, change),
    drop: () => [],
    commit: async (decided) => {
      const asked = decided.filter(({ change }) => !taken.has(change));
      const changeOf = new Map(
        asked.flatMap(({ change, result }) => result.map((outgoing) => [outgoing.envelope, change] as const)),
      );
      const outgoing = asked.flatMap(({ result }) => result);
      await keepClaims(claims, outgoing);
      const poison = (await publish(bus, outgoing, retry)).flatMap(({ outgoing: { envelope }, code, message }) => {
        const change = changeOf.get(envelope);
        return change ? [{ change, error: refused(envelope, `${code}: ${message}`) }] : [];
      });
      const refusals = new Set(poison.map(({ change }) => change));
      for (const { change } of asked) if (!refusals.has(change)) taken.add(change);
      return poison;
    },
  };
}
