import { createHash } from 'node:crypto';
import { type Key, keyFromId, keyId } from '../model/keys.ts';
import type { StateRecord } from '../ports/stateStore.ts';

/** Room for what stands beside an item's key in a sort key of the state table, which holds 1,024 bytes. */
const LONGEST_ID_BYTES = 900;

/** An item's key as part of a state record's key: itself, or its hash where it is too long. */
export function recordId(key: Key): string {
  const id = keyId(key);
  return Buffer.byteLength(id) <= LONGEST_ID_BYTES ? id : `sha256:${createHash('sha256').update(id).digest('hex')}`;
}

/** Fields that keep the whole key beside it. */
export const keyField = (key: Key): { itemKey: string } => ({ itemKey: keyId(key) });

export const keyOfRecord = (record: StateRecord): Key => keyFromId(String(record.itemKey));
