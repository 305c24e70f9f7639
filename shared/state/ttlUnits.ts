import type { Key } from '../model/keys.ts';
import type { StateStore } from '../ports/stateStore.ts';
import { keyField, keyOfRecord, recordId } from './recordId.ts';

/** An item whose TTL attribute holds milliseconds: DynamoDB reads them as seconds, and never deletes it. */
export interface Misdated {
  readonly key: Key;
  /** What stands in the attribute. */
  readonly value: string;
}

const PK = 'TTL_IN_MILLISECONDS';

export const noteMisdated = (state: StateStore, misdated: readonly Misdated[]): Promise<void> =>
  state.put(misdated.map(({ key, value }) => ({ pk: PK, sk: recordId(key), value, ...keyField(key) })));

/** Of items that were corrected, or are gone. */
export async function forgetMisdated(state: StateStore, keys: readonly Key[]): Promise<void> {
  for (const key of keys) await state.remove(PK, recordId(key));
}

export async function listMisdated(state: StateStore): Promise<Misdated[]> {
  const found: Misdated[] = [];
  for await (const record of state.query(PK)) found.push({ key: keyOfRecord(record), value: String(record.value) });
  return found;
}
