import type { BusEntry } from '../shared/ports/eventBus.ts';
import { type Envelope, sourceName } from './envelope.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const ENTRIES_A_CALL = 10;
/**
 * A call holds 1 MB in total; a target may be smaller (SNS: 256 KB), so one entry stays below that.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
const MAX_CALL_BYTES = 1024 * 1024;
export const MAX_ENTRY_BYTES = 256 * 1024;
const TIME_BYTES = 14;

/** An event on its way, with the envelope that it carries. */
export interface Outgoing {
  readonly entry: BusEntry;
  readonly envelope: Envelope;
}

/** Bytes of an entry by EventBridge's own formula. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
export const entryBytes = (entry: BusEntry): number =>
  TIME_BYTES + Buffer.byteLength(entry.source) + Buffer.byteLength(entry.detailType) + Buffer.byteLength(entry.detail);

export const toOutgoing = (system: string, envelope: Envelope): Outgoing => ({
  envelope,
  entry: {
    source: sourceName(system),
    detailType: envelope.metadata.type,
    detail: JSON.stringify(envelope),
    time: Date.parse(envelope.metadata.time),
  },
});

/**
 * Cuts events into calls, in order: each as full as count and bytes allow, and with at most one event of a partition
 * key, for a call may fail in part and a later event must not overtake an earlier one.
 */
export function pack(outgoing: readonly Outgoing[]): Outgoing[][] {
  const calls: Outgoing[][] = [];
  let bytes = 0;
  let keys = new Set<string>();
  for (const one of outgoing) {
    const size = entryBytes(one.entry);
    const { partitionKey } = one.envelope.metadata;
    const current = calls[calls.length - 1];
    if (current && current.length < ENTRIES_A_CALL && bytes + size <= MAX_CALL_BYTES && !keys.has(partitionKey)) {
      current.push(one);
      bytes += size;
      keys.add(partitionKey);
    } else {
      calls.push([one]);
      bytes = size;
      keys = new Set([partitionKey]);
    }
  }
  return calls;
}
