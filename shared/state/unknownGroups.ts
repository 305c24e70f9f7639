import { type Key, keyId } from '../model/keys.ts';
import type { StateStore } from '../ports/stateStore.ts';
import { keyField, keyOfRecord, recordId } from './recordId.ts';

const PK = 'UNKNOWN';

/** A group with a measure whose state no longer tells its view, since a write of it: to be counted anew. */
export interface UnknownGroup {
  readonly key: Key;
  /** The revision of that write. */
  readonly revision: number;
}

export const noteUnknown = (state: StateStore, groups: readonly UnknownGroup[]): Promise<void> =>
  state.put(groups.map(({ key, revision }) => ({ pk: PK, sk: recordId(key), revision, ...keyField(key) })));

/** By the id of the group's key. */
export async function listUnknown(state: StateStore): Promise<Map<string, UnknownGroup>> {
  const groups = new Map<string, UnknownGroup>();
  for await (const record of state.query(PK)) {
    const key = keyOfRecord(record);
    groups.set(keyId(key), { key, revision: Number(record.revision) });
  }
  return groups;
}

/** Unless it was noted again since. */
export const forgetUnknown = (state: StateStore, { key, revision }: UnknownGroup): Promise<boolean> =>
  state.removeIf(PK, recordId(key), { revision });
