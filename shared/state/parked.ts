import { gunzipSync, gzipSync } from 'node:zlib';
import { attributesFromJson, attributesToJson } from '../model/attributeJson.ts';
import { type Key, keyId } from '../model/keys.ts';
import type { StateRecord, StateStore } from '../ports/stateStore.ts';
import type { Change, Position } from '../stream/change.ts';
import type { StreamRecord } from '../stream/record.ts';
import { padSequence } from '../stream/sequence.ts';
import { type Gate, gateId, readGates } from './gates.ts';
import { recordId } from './recordId.ts';

/** A change that a processor set aside: poison, or one of the same item that waits behind it. */
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

/** Why a change can't be processed. */
export type Reason = Pick<Error, 'message'> & { readonly code: string };

const LONGEST_REASON = 1_000;
/** Of the 400 KB that a state record may take. A stream record with two images may need three of them. */
const LARGEST_PART_BYTES = 350 * 1024;

type Queue = Pick<Gate, 'key' | 'queue'>;

const partition = (processor: string, { key, queue }: Queue): string => `PARKED#${processor}#${recordId(key)}#${queue}`;
const partsOf = (pk: string, sk: string): string => `${pk}#PARTS#${sk}`;

/** Puts changes into a queue. They wait there for certain only once the gate's `last` says so. */
export async function enqueue(
  state: StateStore,
  processor: string,
  queue: Queue,
  entries: readonly { readonly change: Change; readonly error: Reason | undefined }[],
): Promise<void> {
  const pk = partition(processor, queue);
  await state.put(entries.flatMap((entry) => recordsOf(pk, entry)));
}

function recordsOf(pk: string, { change, error }: { change: Change; error: Reason | undefined }): StateRecord[] {
  const sk = padSequence(change.position.sequence);
  const whole = gzipSync(attributesToJson(change.record));
  const parts: Uint8Array[] = [];
  for (let from = 0; from < whole.byteLength; from += LARGEST_PART_BYTES)
    parts.push(whole.subarray(from, from + LARGEST_PART_BYTES));
  const [record, ...more] = parts;
  const head: StateRecord = {
    pk,
    sk,
    eventId: change.eventId,
    entity: change.source?.name,
    ...change.position,
    at: change.at,
    ...reasonFields(error),
    record,
    parts: parts.length,
  };
  return [head, ...more.map((part, i) => ({ pk: partsOf(pk, sk), sk: String(i + 1), record: part }))];
}

/** What waits behind a closed gate, in order. */
export async function* waiting(state: StateStore, processor: string, gate: Gate): AsyncIterable<Parked> {
  if (gate.state === 'open') return;
  const pk = partition(processor, gate);
  const from = gate.done === undefined ? padSequence(gate.first) : `${padSequence(gate.done)}#`;
  for await (const record of state.query(pk, { from, to: padSequence(gate.last) }))
    yield await parkedFrom(state, processor, gate.key, record);
}

async function parkedFrom(state: StateStore, processor: string, key: Key, record: StateRecord): Promise<Parked> {
  const pieces = [record.record as Uint8Array];
  if (Number(record.parts) > 1)
    for await (const part of state.query(partsOf(record.pk, record.sk))) pieces.push(part.record as Uint8Array);
  return {
    processor,
    key,
    entity: record.entity as string | undefined,
    position: { stream: String(record.stream), shard: String(record.shard), sequence: String(record.sequence) },
    eventId: String(record.eventId),
    reason: record.reason as string | undefined,
    code: record.code as string | undefined,
    record: attributesFromJson(gunzipSync(Buffer.concat(pieces)).toString()) as StreamRecord,
    at: Number(record.at),
  };
}

/** Items whose gate is closed for a processor: key id to the sequence number of the poison change that closed it. */
export async function loadGates(state: StateStore, processor: string): Promise<Map<string, string>> {
  const gates = new Map<string, string>();
  for await (const gate of readGates(state, processor))
    if (gate.state === 'closed') gates.set(gateId(gate), gate.first);
  return gates;
}

/** All that waits, item by item, in order. */
export async function* listParked(state: StateStore, processor: string): AsyncIterable<Parked> {
  for await (const gate of readGates(state, processor)) yield* waiting(state, processor, gate);
}

/** The first parked change of each item, by key id: its old image is what the statistics hold. */
export async function firstParked(state: StateStore, processor: string): Promise<Map<string, Parked>> {
  const first = new Map<string, Parked>();
  for await (const gate of readGates(state, processor))
    for await (const parked of waiting(state, processor, gate)) {
      first.set(keyId(parked.key), parked);
      break;
    }
  return first;
}

/** Why a waiting change could not be worked off. One that is gone meanwhile stays gone. */
export async function giveReason(
  state: StateStore,
  processor: string,
  queue: Queue,
  { position: { sequence }, eventId }: Pick<Parked, 'position' | 'eventId'>,
  error: Reason,
): Promise<void> {
  const stored = await state.get(partition(processor, queue), padSequence(sequence));
  if (stored) await state.putIf({ ...stored, ...reasonFields(error) }, { eventId });
}

const reasonFields = (error: Reason | undefined): { reason: string | undefined; code: string | undefined } => ({
  reason: error?.message.slice(0, LONGEST_REASON),
  code: error?.code,
});

/** Removes what nobody needs any more: what was worked off, or what never came to wait. */
export async function dequeue(state: StateStore, processor: string, queue: Queue, sequence: string): Promise<void> {
  const pk = partition(processor, queue);
  await removeAll(state, partsOf(pk, padSequence(sequence)));
  await state.remove(pk, padSequence(sequence));
}

/** Removes all that is left in a queue. */
export async function clearQueue(state: StateStore, processor: string, queue: Queue): Promise<void> {
  const pk = partition(processor, queue);
  for await (const { sk } of state.query(pk)) {
    await removeAll(state, partsOf(pk, sk));
    await state.remove(pk, sk);
  }
}

async function removeAll(state: StateStore, pk: string): Promise<void> {
  for await (const { sk } of state.query(pk)) await state.remove(pk, sk);
}
