import { randomUUID } from 'node:crypto';
import { busNameOf } from './arn.ts';
import { type Consignment, consign, dispatch } from './delivery.ts';
import { checkEntry, type Entry, entrySize, putEventsInput, type Refusal } from './entry.ts';
import { envelope } from './envelope.ts';
import { invalid } from './errors.ts';
import { parse } from './input.ts';
import { MAX_REQUEST_SIZE } from './limits.ts';
import type { Service } from './service.ts';

/** Answers when the events that matched are with their targets. */
export const putEvents = async (service: Service, body: unknown): Promise<object> => {
  const { Entries } = parse(putEventsInput, body);
  if (Entries.reduce((sum, entry) => sum + entrySize(entry), 0) > MAX_REQUEST_SIZE) {
    throw invalid('Total size of the entries in the request is over the limit.');
  }
  const consignment: Consignment = new Map();
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
  // AWS answers success for a bus that does not exist.
  if (bus === undefined) service.delivery.counters.dropped++;
  else consign(service.delivery, consignment, bus, event);
  return { EventId: event.id };
};
