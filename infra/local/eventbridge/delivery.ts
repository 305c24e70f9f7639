import { randomUUID } from 'node:crypto';
import type { Counters, Courier } from './courier/courier.ts';
import type { Parcel } from './courier/parcel.ts';
import type { DeliveredEvent } from './envelope.ts';
import type { LogTarget } from './logGroups.ts';
import { type Fields, fieldsOf } from './pattern/fields.ts';
import { matches } from './pattern/match.ts';
import type { Bus, Rule } from './registry.ts';
import { isEnabled } from './registry.ts';
import { DeliveryFailure } from './senders/sender.ts';
import { inputOf, type Matched } from './transform/input.ts';

export interface Delivery {
  readonly counters: Counters;
  /** The log group behind an ARN; undefined for any other ARN. */
  readonly logOf: (arn: string) => LogTarget | undefined;
  readonly courier: Courier;
}

/** What events of one call go where: lines to log groups before the answer, parcels to all other targets after it. */
export interface Consignment {
  readonly lines: (readonly [LogTarget, string])[];
  readonly parcels: Parcel[];
}

export const emptyConsignment = (): Consignment => ({ lines: [], parcels: [] });

export const append = (to: Consignment, more: Consignment): void => {
  to.lines.push(...more.lines);
  to.parcels.push(...more.parcels);
};

interface Arrival {
  readonly bus: Bus;
  readonly event: DeliveredEvent;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly ruleArnOf: (rule: Rule) => string;
}

/** What one event makes for: it goes to a target once for every rule and target id, as on AWS. Throws RangeError where it is nested too deep. */
export const consign = (delivery: Delivery, arrival: Arrival): Consignment => {
  const consignment = emptyConsignment();
  const { bus, event, now, ruleArnOf } = arrival;
  if (bus.rules.size === 0) return consignment;
  const fields: Fields = fieldsOf(event.event);
  for (const rule of bus.rules.values()) {
    if (!isEnabled(rule) || !matches(rule.pattern, fields)) continue;
    const of = { arn: ruleArnOf(rule), name: rule.name };
    for (const target of rule.targets) {
      add(delivery, consignment, event.id, { rule: of, target, line: event.line, takenAt: now });
    }
  }
  return consignment;
};

const add = (delivery: Delivery, consignment: Consignment, eventId: string, matched: Matched): void => {
  const log = delivery.logOf(matched.target.Arn);
  const line = log && lineOf(matched);
  if (log !== undefined && line !== undefined) consignment.lines.push([log, line]);
  // What nobody answers to is given up by the courier: told, counted, and put where the target wants its dead letters.
  else consignment.parcels.push({ id: randomUUID(), eventId, ...matched });
};

/** Undefined where the target's transformer makes nothing of the event. */
const lineOf = (matched: Matched): string | undefined => {
  try {
    return inputOf(matched).replace(/[\r\n]+/g, ' ');
  } catch (error) {
    if (error instanceof DeliveryFailure) return undefined;
    throw error;
  }
};

/**
 * Writes to log groups, and then hands the rest to the courier. Rejects if a log group rejects, when all have settled: the
 * caller's retry brings all events again.
 */
export const dispatch = async (delivery: Delivery, { lines, parcels }: Consignment): Promise<void> => {
  const byLog = new Map<LogTarget, string[]>();
  for (const [log, line] of lines) byLog.set(log, [...(byLog.get(log) ?? []), line]);
  const sent = await Promise.allSettled(
    [...byLog].map(async ([log, ofLog]) => {
      await log.deliver(ofLog);
      delivery.counters.delivered += ofLog.length;
    }),
  );
  const refused = sent.find((result) => result.status === 'rejected');
  if (refused !== undefined) throw refused.reason;
  await delivery.courier.take(parcels);
};
