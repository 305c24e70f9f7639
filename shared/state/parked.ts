import { gunzipSync, gzipSync } from 'node:zlib';
import { attributesFromJson, attributesToJson } from '../model/attributeJson.ts';
import { type Key, keyId } from '../model/keys.ts';
import type { StateStore } from '../ports/stateStore.ts';
import type { Change, Position } from '../stream/change.ts';
import type { StreamRecord } from '../stream/record.ts';
import { keyField, keyOfRecord, recordId } from './recordId.ts';

/**
 * A change that a processor set aside. The first of an item is poison and closes the item's gate; later changes of the
 * item are appended behind it, in order, while the gate is there.
 *
 * States of a gate: open (no record) -> closed (one record, with the first poison change behind it) -> open again when
 * the last parked change is redriven or dropped.
 */
export interface Parked {
  readonly processor: string;
  readonly key: Key;
  readonly entity: string | undefined;
  readonly position: Position;
  readonly eventId: string;
  /** Why; undefined for what only waits behind a poison change. Names the key, never the content. */
  readonly reason: string | undefined;
  readonly code: string | undefined;
  readonly record: StreamRecord;
  /** Stream time, epoch milliseconds. */
  readonly at: number;
}

const gatesOf = (processor: string): string => `GATE#${processor}`;
const queueOf = (processor: string, key: Key): string => `PARKED#${processor}#${recordId(key)}`;

const LONGEST_REASON = 1_000;
/** Of the 400 KB that a record may take. */
const LARGEST_RECORD_BYTES = 350 * 1024;

/** Longer than any sequence number of DynamoDB, so that padded texts sort as integers do. */
const SEQUENCE_DIGITS = 40;

/** Items whose gate is closed for a processor: key id to the sequence number of the poison change that closed it. */
export async function loadGates(state: StateStore, processor: string): Promise<Map<string, string>> {
  const gates = new Map<string, string>();
  for await (const record of state.query(gatesOf(processor)))
    gates.set(keyId(keyOfRecord(record)), String(record.sequence));
  return gates;
}

/** Appends a change to its item's queue, then closes the gate where it is open. Parking the same change again changes nothing. */
export async function park(
  state: StateStore,
  processor: string,
  change: Change,
  error: { code: string; message: string } | undefined,
): Promise<void> {
  const { key, position } = change;
  await state.putIfAbsent({
    pk: queueOf(processor, key),
    sk: `${position.sequence.padStart(SEQUENCE_DIGITS, '0')}#${position.shard}`,
    eventId: change.eventId,
    entity: change.source?.name,
    ...position,
    at: change.at,
    reason: error?.message.slice(0, LONGEST_REASON),
    code: error?.code,
    record: packed(change.record),
  });
  await state.putIfAbsent({ pk: gatesOf(processor), sk: recordId(key), sequence: position.sequence, ...keyField(key) });
}

/** Images that are too large even compressed are left out: the journal has them, under the same stream event. */
function packed(record: StreamRecord): Uint8Array {
  const whole = gzipSync(attributesToJson(record));
  return whole.byteLength <= LARGEST_RECORD_BYTES
    ? whole
    : gzipSync(attributesToJson({ ...record, old: undefined, new: undefined }));
}

export async function* listParked(state: StateStore, processor: string): AsyncIterable<Parked> {
  for await (const gate of state.query(gatesOf(processor))) {
    const key = keyOfRecord(gate);
    for await (const record of state.query(queueOf(processor, key)))
      yield {
        processor,
        key,
        entity: record.entity as string | undefined,
        position: { stream: String(record.stream), shard: String(record.shard), sequence: String(record.sequence) },
        eventId: String(record.eventId),
        reason: record.reason as string | undefined,
        code: record.code as string | undefined,
        record: attributesFromJson(gunzipSync(record.record as Uint8Array).toString()) as StreamRecord,
        at: Number(record.at),
      };
  }
}

/** The first parked change of each item, by key id: its old image is what the statistics hold. */
export async function firstParked(state: StateStore, processor: string): Promise<Map<string, Parked>> {
  const first = new Map<string, Parked>();
  for await (const parked of listParked(state, processor)) {
    const id = keyId(parked.key);
    if (!first.has(id)) first.set(id, parked);
  }
  return first;
}
