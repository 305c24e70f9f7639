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
  /** The key of the bundle that it is leaving with. */
  readonly object?: string;
}

const partition = (collection: string): string => `DEPARTURE#${collection}`;

export const saveDeparture = (
  state: StateStore,
  collection: string,
  { source, state: stage, object }: Departure,
): Promise<void> =>
  state.put([
    {
      pk: partition(collection),
      sk: recordId(source),
      state: stage,
      ...keyField(source),
      ...(object !== undefined && { object }),
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
    ...(record.object !== undefined && { object: String(record.object) }),
  }));
}
