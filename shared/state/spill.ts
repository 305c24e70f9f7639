import type { StateRecord, StateStore } from '../ports/stateStore.ts';
import { isAfter } from '../stream/sequence.ts';

/**
 * That events of one shard wait in the archive for the bus.
 *
 * States: none (no record: all that was done of the shard is published) -> spilled (turn 1, under a `spell` of its own) ->
 * spilled (turn n + 1, with each append) -> none (all that lay there at turn n is published, and it is still turn n).
 * Every step is a conditional write on spell and turn. The object is there before the step that counts it; so when the
 * record goes, no object is left that anybody relies on. An object without a record is of an append that died: its changes
 * come again, and it is published and removed like any other.
 */
export interface Spill {
  readonly shard: string;
  /** Names this time that the shard is spilled: no other one has it. */
  readonly spell: string;
  readonly turn: number;
  /** When it began, epoch milliseconds. */
  readonly since: number;
  /** The lowest sequence number that was spilled: lower than any of the shards that came from this one. */
  readonly first: string;
}

const PK = 'SPILL#fanout';

export async function listSpills(state: StateStore): Promise<Spill[]> {
  const spills: Spill[] = [];
  for await (const record of state.query(PK)) spills.push(fromRecord(record));
  return spills;
}

export async function readSpill(state: StateStore, shard: string): Promise<Spill | undefined> {
  const record = await state.get(PK, shard);
  return record && fromRecord(record);
}

/** Counts an object that was put: from now on it is waited for. Whoever else steps meanwhile is stepped after. */
export async function noteSpilled(
  state: StateStore,
  { shard, spell, since, first }: Omit<Spill, 'turn'>,
): Promise<void> {
  for (;;) {
    const before = await readSpill(state, shard);
    const next: Spill = before
      ? { ...before, turn: before.turn + 1, first: isAfter(before.first, first) ? first : before.first }
      : { shard, spell, turn: 1, since, first };
    const record = { pk: PK, sk: shard, ...next };
    if (await (before ? state.putIf(record, isAt(before)) : state.putIfAbsent(record))) return;
  }
}

/** False where something was spilled since it was read. */
export const endSpill = (state: StateStore, spill: Spill): Promise<boolean> =>
  state.removeIf(PK, spill.shard, isAt(spill));

const isAt = ({ spell, turn }: Spill): { spell: string; turn: number } => ({ spell, turn });

const fromRecord = ({ sk, spell, turn, since, first }: StateRecord): Spill => ({
  shard: sk,
  spell: String(spell),
  turn: Number(turn),
  since: Number(since),
  first: String(first),
});
