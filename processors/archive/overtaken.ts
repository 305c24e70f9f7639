import { type Key, keyId } from '../../shared/model/keys.ts';
import type { System } from '../../shared/model/system.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { forgetDue, type StoredDue, saveFoundDue } from '../../shared/state/due.ts';
import { dueOfStored, type Queue } from '../../shared/stream/due.ts';

interface Context {
  readonly system: System;
  readonly table: Pick<TableStore, 'read'>;
  readonly state: StateStore;
}

/**
 * Forgets an entry of which its item tells nothing any more, and notes what it tells now, where nobody has. Before: where the
 * declaration changed since the item was written, no write tells its time. And behind: a process that hung may have set an entry back
 * to the event that was looked at, over that of a later one.
 */
export async function forgetOvertaken(context: Context, queue: Queue, entry: StoredDue): Promise<void> {
  await noteAnew(context, queue, entry.source);
  await forgetDue(context.state, entry);
  await noteAnew(context, queue, entry.source);
}

async function noteAnew({ system, table, state }: Context, { name }: Queue, source: Key): Promise<void> {
  const stored = (await table.read([source])).get(keyId(source));
  const named = stored ? dueOfStored(system, stored, 0) : [];
  for (const entry of named) if (entry.queue.name === name) await saveFoundDue(state, entry);
}
