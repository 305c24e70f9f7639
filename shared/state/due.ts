import { hashOf } from '../archive/layout.ts';
import type { Key } from '../model/keys.ts';
import { isoUtc } from '../model/time.ts';
import type { StateRecord, StateStore } from '../ports/stateStore.ts';
import type { DueEntry, Queue } from '../stream/due.ts';
import { keyField, keyOfRecord, recordId } from './recordId.ts';

/** Due entries are spread over so many partitions of the state table. */
const BUCKETS = 4;

const partition = (queue: string, bucket: number): string => `DUE#${queue}#${bucket}`;
const bucketOf = (id: string): number => Number.parseInt(hashOf(id).slice(0, 4), 16) % BUCKETS;

export const saveDue = (state: StateStore, entries: readonly DueEntry[]): Promise<void> =>
  state.put(entries.map(toRecord));

function toRecord({ queue, source, due, namedBy, silent }: DueEntry): StateRecord {
  const id = recordId(source);
  return {
    pk: partition(queue.name, bucketOf(id)),
    sk: `${isoUtc(due)}#${id}`,
    namedBy,
    ...keyField(source),
    ...(silent && { silent }),
  };
}

/** Those that nobody has noted yet. */
export async function unnotedDue(
  state: Pick<StateStore, 'getMany'>,
  entries: readonly DueEntry[],
): Promise<DueEntry[]> {
  const idOf = ({ pk, sk }: Pick<StateRecord, 'pk' | 'sk'>): string => `${pk} ${sk}`;
  const noted = new Set((await state.getMany(entries.map(toRecord))).map(idOf));
  return entries.filter((entry) => !noted.has(idOf(toRecord(entry))));
}

/** What the stream has named meanwhile stays as it is. */
export const saveFoundDue = (state: StateStore, entry: DueEntry): Promise<boolean> =>
  state.putIfAbsent(toRecord(entry));

const timeOf = (sk: string): number => Date.parse(sk.slice(0, sk.indexOf('#')));

export interface StoredDue {
  readonly pk: string;
  readonly sk: string;
  readonly source: Key;
  /** Epoch milliseconds. */
  readonly due: number;
  readonly namedBy: string;
  readonly silent: boolean;
}

/** Once what it says is done, or is so no more. What named the same moment anew meanwhile is looked at again. */
export async function forgetDue(state: StateStore, { pk, sk, namedBy }: StoredDue): Promise<void> {
  await state.removeIf(pk, sk, { namedBy });
}

/** Entries whose time has come, oldest first within a partition. @param now epoch milliseconds */
export async function* dueBy(state: StateStore, queue: Queue, now: number): AsyncIterable<StoredDue> {
  for (let bucket = 0; bucket < BUCKETS; bucket++)
    for await (const record of state.query(partition(queue.name, bucket), { to: `${isoUtc(now)}$` }))
      yield {
        pk: record.pk,
        sk: record.sk,
        due: timeOf(record.sk),
        source: keyOfRecord(record),
        namedBy: String(record.namedBy),
        silent: record.silent === true,
      };
}

/** When a queue's entries are due, in epoch milliseconds, soonest first: for clocks that are turned. */
export async function dueTimes(state: StateStore, queue: Queue): Promise<number[]> {
  const times: number[] = [];
  for (let bucket = 0; bucket < BUCKETS; bucket++)
    for await (const { sk } of state.query(partition(queue.name, bucket))) times.push(timeOf(sk));
  return times.sort((a, b) => a - b);
}
