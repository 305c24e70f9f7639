import { type Key, keyId } from '../model/keys.ts';
import type { StateStore } from '../ports/stateStore.ts';
import { keyField, keyOfRecord, recordId } from './recordId.ts';

const PK = 'UNKNOWN';

/** Groups with a measure whose state no longer tells its view: to be counted anew, then removed from here. */
export const noteUnknown = (state: StateStore, keys: readonly Key[]): Promise<void> =>
  state.put(keys.map((key) => ({ pk: PK, sk: recordId(key), ...keyField(key) })));

/** Ids of the groups' keys. */
export async function listUnknown(state: StateStore): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const record of state.query(PK)) ids.add(keyId(keyOfRecord(record)));
  return ids;
}

export const forgetUnknown = (state: StateStore, key: Key): Promise<void> => state.remove(PK, recordId(key));
