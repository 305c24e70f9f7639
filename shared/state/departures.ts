import { AfterwriteError } from '../model/errors.ts';
import { type Key, keyText } from '../model/keys.ts';
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
  /** One more with each write. */
  readonly revision: number;
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

/** @throws CONFLICT where it is not as it was read: another sweeper is at it, and what it noted must not be lost. */
export async function saveDeparture(
  state: StateStore,
  collection: string,
  { source, state: stage, attempts }: Omit<Departure, 'revision'>,
  before: Departure | undefined,
): Promise<Departure> {
  const revision = (before?.revision ?? 0) + 1;
  const record = {
    pk: partition(collection),
    sk: recordId(source),
    state: stage,
    revision,
    ...keyField(source),
    ...(attempts && { attempts: JSON.stringify(attempts) }),
  };
  const isSaved = before ? await state.putIf(record, { revision: before.revision }) : await state.putIfAbsent(record);
  if (isSaved) return { source, state: stage, revision, ...(attempts && { attempts }) };
  throw new AfterwriteError('CONFLICT', `${keyText(source)} of '${collection}' leaves by another sweeper too`, {
    retry: true,
    mend: 'it is looked at again',
  });
}

export async function departuresOf(
  state: StateStore,
  collection: string,
  sources: readonly Key[],
): Promise<Departure[]> {
  const records = await state.getMany(sources.map((source) => ({ pk: partition(collection), sk: recordId(source) })));
  return records.map((record) => ({
    source: keyOfRecord(record),
    state: record.state as Departure['state'],
    revision: Number(record.revision),
    ...(record.attempts !== undefined && { attempts: JSON.parse(String(record.attempts)) as Attempt[] }),
  }));
}
