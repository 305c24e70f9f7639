import { type Key, keyId } from '../model/keys.ts';
import { HOUR_MS } from '../model/time.ts';
import type { StateRecord, StateStore } from '../ports/stateStore.ts';
import { queueShard } from '../stream/lineage.ts';
import { compareSequence, isAfter } from '../stream/sequence.ts';
import { keyField, keyOfRecord, recordId } from './recordId.ts';

/**
 * The gate of one item for one processor: what of the item is processed, what waits, what was worked off.
 *
 * States: none (no record: nothing of the item was ever parked, or long ago) -> closed (the poison change `first` and all
 * behind it up to `last` wait in the queue; up to `done` they are worked off) -> open (all of it is worked off: it is in
 * `passed`, and what of it comes again is left alone) -> closed (the next poison change) or none (after 48 hours).
 * While a redrive or a drop works on a closed gate, it is held (`by`).
 *
 * Every step is a conditional write on `turn`: of those who step at once one wins, the others read again.
 */
export interface Gate {
  readonly key: Key;
  readonly state: 'closed' | 'open';
  /** Names the queue: the sequence number with which the gate closed. No queue is used twice. */
  readonly queue: string;
  /** Sequence numbers, inclusive: all of the item in between are in the queue, for certain, or worked off. */
  readonly first: string;
  readonly last: string;
  /** The last one that is worked off, of those in the queue. */
  readonly done: string | undefined;
  /** Stream time of `last`, epoch milliseconds. */
  readonly at: number;
  /** Who works on the queue. */
  readonly by: string | undefined;
  readonly turn: number;
  readonly passed: readonly Passed[];
}

/** A stretch of an item's changes that was worked off, inclusive: its real shard must not bring it in once more. */
export interface Passed extends Pick<Gate, 'queue' | 'first' | 'last' | 'at'> {}

/** How one change of an item stands to the item's gate. */
export type Standing = 'free' | 'waits' | 'queued' | 'passed';

/** The stream keeps a change for 24 hours: after twice that, nothing that was worked off can come again. */
export const PASSED_KEPT_MS = 48 * HOUR_MS;

const gatesOf = (processor: string): string => `GATE#${processor}`;

export async function* readGates(state: StateStore, processor: string): AsyncIterable<Gate> {
  for await (const record of state.query(gatesOf(processor))) yield fromRecord(record);
}

export async function readGate(state: StateStore, processor: string, key: Key): Promise<Gate | undefined> {
  const record = await state.get(gatesOf(processor), recordId(key));
  return record && fromRecord(record);
}

/** Takes a step from the gate as it was read; undefined where somebody else took one since. */
export async function step(
  state: StateStore,
  processor: string,
  before: Gate | undefined,
  next: Omit<Gate, 'turn'>,
): Promise<Gate | undefined> {
  const gate: Gate = { ...next, turn: (before?.turn ?? 0) + 1 };
  const { key, passed, ...fields } = gate;
  const record = {
    pk: gatesOf(processor),
    sk: recordId(key),
    ...keyField(key),
    ...fields,
    passed: passed.map(({ queue, first, last, at }) => ({ queue, first, last, at })),
  };
  const taken = before ? await state.putIf(record, { turn: before.turn }) : await state.putIfAbsent(record);
  return taken ? gate : undefined;
}

/** Removes the record of an open gate, unless it moved. */
export const forget = (state: StateStore, processor: string, { key, turn }: Gate): Promise<boolean> =>
  state.removeIf(gatesOf(processor), recordId(key), { turn });

export function standing(gate: Gate | undefined, sequence: string): Standing {
  if (!gate) return 'free';
  if (wasWorkedOff(gate.passed, sequence)) return 'passed';
  if (gate.state === 'open' || compareSequence(sequence, gate.first) < 0) return 'free';
  return isAfter(sequence, gate.last) ? 'waits' : 'queued';
}

/** What follows when a queued change is worked off: with the last one the gate opens. */
export function workedOff(gate: Gate, sequence: string): Omit<Gate, 'turn'> {
  if (isAfter(gate.last, sequence)) return { ...gate, done: sequence };
  const { queue, first, last, at } = gate;
  const passed = [...gate.passed, { queue, first, last, at }];
  return { ...gate, state: 'open', done: sequence, by: undefined, passed };
}

/** What the stream can't bring again, at a stream time. */
export const isPast = (passed: Pick<Passed, 'at'>, now: number): boolean => now - passed.at > PASSED_KEPT_MS;

const isWithin = (sequence: string, first: string, last: string): boolean =>
  compareSequence(first, sequence) <= 0 && compareSequence(sequence, last) <= 0;

/** For maps by key. */
export const gateId = ({ key }: Gate): string => keyId(key);

function fromRecord(record: StateRecord): Gate {
  return {
    key: keyOfRecord(record),
    state: record.state as Gate['state'],
    queue: String(record.queue),
    first: String(record.first),
    last: String(record.last),
    done: record.done as string | undefined,
    at: Number(record.at),
    by: record.by as string | undefined,
    turn: Number(record.turn),
    passed: (record.passed ?? []) as readonly Passed[],
  };
}

/** What was worked off, by key id: the fences of its queue tell what includes it, not those of its real shard. */
export async function loadPassed(state: StateStore, processor: string): Promise<Map<string, readonly Passed[]>> {
  const passed = new Map<string, readonly Passed[]>();
  for await (const gate of readGates(state, processor))
    if (gate.passed.length > 0) passed.set(gateId(gate), gate.passed);
  return passed;
}

/** Whether a sequence number lies in a stretch that was worked off. */
export const wasWorkedOff = (passed: readonly Passed[] | undefined, sequence: string): boolean =>
  passed?.some(({ first, last }) => isWithin(sequence, first, last)) ?? false;

/** The shards that the queues of all known gates stand for, closed and open. */
export async function loadQueues(state: StateStore, processor: string, stream: string): Promise<Set<string>> {
  const queues = new Set<string>();
  for await (const { key } of readGates(state, processor)) queues.add(queueShard(stream, key));
  return queues;
}
