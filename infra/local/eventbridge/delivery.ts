import type { DeliveredEvent } from './envelope.ts';
import { fieldsOf } from './pattern/fields.ts';
import { matches } from './pattern/match.ts';
import { type Bus, isEnabled } from './registry.ts';
import type { Target, TargetLookup } from './target.ts';

/** Events since the start: put on a bus that is not there; handed to a target; meant for a target that is not there. */
export interface Counters {
  dropped: number;
  delivered: number;
  failed: number;
}

export interface Delivery {
  readonly counters: Counters;
  readonly targetOf: TargetLookup;
}

/** The events of one call by target, in order. One event goes to a target once for every rule and target id, as on AWS. */
export type Consignment = Map<Target, DeliveredEvent[]>;

export const consign = (delivery: Delivery, consignment: Consignment, bus: Bus, event: DeliveredEvent): void => {
  if (bus.rules.size === 0) return;
  const fields = fieldsOf(event.event);
  for (const rule of bus.rules.values()) {
    if (!isEnabled(rule) || !matches(rule.pattern, fields)) continue;
    for (const { Arn } of rule.targets) {
      const target = delivery.targetOf(Arn);
      if (target === undefined) delivery.counters.failed++;
      else add(consignment, target, event);
    }
  }
};

const add = (consignment: Consignment, target: Target, event: DeliveredEvent): void => {
  const events = consignment.get(target);
  if (events === undefined) consignment.set(target, [event]);
  else events.push(event);
};

/** Rejects if a target rejects, when all have settled: the caller's retry brings all events again. */
export const dispatch = async (delivery: Delivery, consignment: Consignment): Promise<void> => {
  const sent = await Promise.allSettled(
    [...consignment].map(async ([target, events]) => {
      await target.deliver(events);
      delivery.counters.delivered += events.length;
    }),
  );
  const refused = sent.find((result) => result.status === 'rejected');
  if (refused !== undefined) throw refused.reason;
};
