import type { Key } from '../model/keys.ts';
import type { StateStore } from '../ports/stateStore.ts';
import { keyField, keyOfRecord, recordId } from './recordId.ts';

/** An item that the table's TTL took before its collection left. Its image is in the journal, in the record of its end. */
export interface Expired {
  readonly key: Key;
  /** Of that record, epoch milliseconds of stream time: which hour of the journal to look into. */
  readonly at: number;
}

const partition = (collection: string, pk: string): string => `EXPIRED#${collection}#${recordId({ pk })}`;

export const saveExpired = (state: StateStore, collection: string, expired: readonly Expired[]): Promise<void> =>
  state.put(
    expired.map(({ key, at }) => ({ pk: partition(collection, key.pk), sk: recordId(key), at, ...keyField(key) })),
  );

/** Of a collection, those of this partition of the table. */
export async function expiredIn(state: StateStore, collection: string, pk: string): Promise<Expired[]> {
  const found: Expired[] = [];
  for await (const record of state.query(partition(collection, pk)))
    found.push({ key: keyOfRecord(record), at: Number(record.at) });
  return found;
}

/** Of a collection, those of these keys. */
export async function expiredOf(state: StateStore, collection: string, keys: readonly Key[]): Promise<Expired[]> {
  const records = await state.getMany(keys.map((key) => ({ pk: partition(collection, key.pk), sk: recordId(key) })));
  return records.map((record) => ({ key: keyOfRecord(record), at: Number(record.at) }));
}

/** When the collection has left with them. */
export async function forgetExpired(state: StateStore, collection: string, keys: readonly Key[]): Promise<void> {
  for (const key of keys) await state.remove(partition(collection, key.pk), recordId(key));
}
