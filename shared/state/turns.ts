import type { StateStore } from '../ports/stateStore.ts';

const PK = 'TURN';

/** Who does a task that a schedule starts, and until when at most, epoch milliseconds. */
export interface Turn {
  readonly task: string;
  /** Names this run and no other. */
  readonly by: string;
  readonly until: number;
}

/**
 * Takes the turn at a task; false while somebody else has it. Nothing but thrift relies on it: two that do the same task at
 * once, as where clocks differ, do no harm.
 *
 * States: free (no record, or its time is over) -> taken -> free: given back, or its time is over for whoever died.
 */
export async function takeTurn(state: StateStore, turn: Turn, now: number): Promise<boolean> {
  const record = { pk: PK, sk: turn.task, by: turn.by, until: turn.until };
  const before = await state.get(PK, turn.task);
  if (!before) return state.putIfAbsent(record);
  if (Number(before.until) > now) return false;
  return state.putIf(record, { by: String(before.by) });
}

/** Does nothing where somebody else has it by now. */
export const endTurn = (state: StateStore, { task, by }: Turn): Promise<boolean> => state.removeIf(PK, task, { by });
