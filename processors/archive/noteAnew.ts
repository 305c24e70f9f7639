import { type Key, keyId } from '../../shared/model/keys.ts';
import type { Collection } from '../../shared/model/retention.ts';
import type { System } from '../../shared/model/system.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { saveFoundDue } from '../../shared/state/due.ts';
import { dueOfStored } from '../../shared/stream/due.ts';

interface Context {
  readonly system: System;
  readonly table: Pick<TableStore, 'read'>;
  readonly state: StateStore;
}

/** Where the declaration told another time when the item was written, no write tells today's. */
export async function noteAnew(
  { system, table, state }: Context,
  { name }: Collection,
  source: Key,
  now: number,
): Promise<void> {
  const stored = (await table.read([source])).get(keyId(source));
  const named = stored ? dueOfStored(system, stored, now) : [];
  for (const entry of named) if (entry.queue.name === name) await saveFoundDue(state, entry);
}
