import { attributesToJson } from '../../../shared/model/attributeJson.ts';
import type { MappingEvent, MappingRecord } from '../../../shared/stream/mappingEvent.ts';
import type { StreamRecord } from '../../../shared/stream/record.ts';

export interface Window {
  /** Epoch milliseconds. */
  readonly start: number;
  readonly end: number;
}

const SERVICE = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };

/** The event as Lambda makes it, of JSON alone: nothing in it is shared with a delivery before. */
export function toMappingEvent(
  { stream, shard, window, isFinal }: { stream: string; shard: string; window: Window; isFinal: boolean },
  records: readonly StreamRecord[],
): MappingEvent {
  const { start, end } = window;
  const event = {
    Records: records.map((record) => toMappingRecord(stream, record)),
    window: { start: new Date(start).toISOString(), end: new Date(end).toISOString() },
    state: {},
    shardId: shard,
    eventSourceARN: stream,
    isFinalInvokeForWindow: isFinal,
    isWindowTerminatedEarly: false,
  };
  return JSON.parse(attributesToJson(event)) as MappingEvent;
}

const toMappingRecord = (
  stream: string,
  { eventId, sequence, at, keys, old, new: now, byTtl }: StreamRecord,
): MappingRecord & { eventName: string } => ({
  eventID: eventId,
  eventName: now === undefined ? 'REMOVE' : old === undefined ? 'INSERT' : 'MODIFY',
  eventSourceARN: stream,
  ...(byTtl && { userIdentity: SERVICE }),
  dynamodb: {
    ApproximateCreationDateTime: at / 1000,
    Keys: keys,
    SequenceNumber: sequence,
    ...(old && { OldImage: old }),
    ...(now && { NewImage: now }),
  },
});
