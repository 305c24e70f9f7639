import { randomUUID } from 'node:crypto';
import { busNameOf, ruleArn } from './arn.ts';
import { append, type Consignment, consign, dispatch, emptyConsignment } from './delivery.ts';
import { checkEntry, type Entry, entrySize, MALFORMED, putEventsInput, type Refusal, THROTTLED } from './entry.ts';
import { type DeliveredEvent, envelope } from './envelope.ts';
import { invalid } from './errors.ts';
import { parse } from './input.ts';
import { MAX_REQUEST_SIZE } from './limits.ts';
import type { Bus } from './registry.ts';
import type { Service } from './service.ts';

/** Answers when the events that matched are in their log groups, and written down for all other targets: those get them later. */
export const putEvents = async (service: Service, body: unknown): Promise<object> => {
  const { Entries } = parse(putEventsInput, body);
  if (Entries.reduce((sum, entry) => sum + entrySize(entry), 0) > MAX_REQUEST_SIZE) {
    throw invalid('Total size of the entries in the request is over the limit.');
  }
  const consignment = emptyConsignment();
  const results = Entries.map((entry) => accept(service, entry, consignment));
  await dispatch(service.delivery, consignment);
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
};

const accept = (service: Service, entry: Entry, consignment: Consignment): { EventId: string } | Refusal => {
  const checked = checkEntry(entry);
  if ('ErrorCode' in checked) return checked;
  const time = entry.Time === undefined ? service.clock.now() : entry.Time * 1000;
  const event = envelope(checked, { id: randomUUID(), place: service.place, time, resources: entry.Resources ?? [] });
  const name = busNameOf(service.place, entry.EventBusName);
  const bus = name === undefined ? undefined : service.registry.get(name);
  if (bus === undefined) {
    // AWS answers success for a bus that does not exist.
    service.delivery.counters.dropped++;
    return { EventId: event.id };
  }
  const made = consigned(service, bus, event);
  if (made === undefined) return MALFORMED;
  if (made.parcels.length > 0 && !service.delivery.courier.hasRoom()) return THROTTLED;
  append(consignment, made);
  return { EventId: event.id };
};

/** Undefined where the event is nested deeper than can be walked. */
const consigned = (service: Service, bus: Bus, event: DeliveredEvent): Consignment | undefined => {
  const ruleArnOf = ({ name }: { name: string }): string => ruleArn(service.place, bus.name, name);
  try {
    return consign(service.delivery, { bus, event, now: service.clock.now(), ruleArnOf });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};
