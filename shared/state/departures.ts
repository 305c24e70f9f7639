import type { Key } from '../model/keys.ts';
import type { StateStore } from '../ports/stateStore.ts';
import { keyField, keyOfRecord, recordId } from './recordId.ts';

/**
 * A collection that left the table, or is on its way. States: leaving (a copy is proven, its items are marked and deleted)
 * -> left (they are gone) or stayed (it was written on before all were gone: those that were are back, none is marked any
 * more, and it is due later).
 * Later items of the same collection lead through the states again.
 */
export interface Departure {
  readonly source: Key;
  readonly state: 'leaving' | 'left' | 'stayed';
  /** While it is leaving: one for each attempt, for none needs to take all. */
  readonly attempts?: readonly Attempt[];
}

export interface Attempt {
  /** The key of its bundle. */
  readonly object: string;
  /** Keys of the copies of what its items refer to; absent where they refer to nothing. */
  readonly copies?: readonly string[];
  /**
   * Items of the bundle that it has not marked, by `keyId`; absent while it has marked none. The others, where they are
   * gone, went as archived: who deletes a marked item only ends what was begun.
   */
  readonly unmarked?: readonly string[];
}

const partition = (collection: string): string => `DEPARTURE#${collection}`;

export const saveDeparture = (
  state: StateStore,
  collection: string,
  { source, state: stage, attempts }: Departure,
): Promise<void> =>
  state.put([
    {
      pk: partition(collection),
      sk: recordId(source),
      state: stage,
      ...keyField(source),
      ...(attempts && { attempts: JSON.stringify(attempts) }),
    },
  ]);

export async function departuresOf(
  state: StateStore,
  collection: string,
  sources: readonly Key[],
): Promise<Departure[]> {
  const records = await state.getMany(sources.map((source) => ({ pk: partition(collection), sk: recordId(source) })));
  return records.map((record) => ({
    source: keyOfRecord(record),
    state: record.state as Departure['state'],
    ...(record.attempts !== undefined && { attempts: JSON.parse(String(record.attempts)) as Attempt[] }),
  }));
}
