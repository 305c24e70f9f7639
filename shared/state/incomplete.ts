import type { StateStore } from '../ports/stateStore.ts';

const PK = 'INCOMPLETE';

/** Changes were lost before they were read: what is kept from them can't be trusted until it is rebuilt. */
export interface Incomplete {
  readonly stream: string;
  readonly shard: string;
  readonly reason: string;
}

export const markIncomplete = (state: StateStore, stream: string, shard: string, reason: string): Promise<void> =>
  state.put([{ pk: PK, sk: `${stream}#${shard}`, stream, shard, reason }]);

export async function listIncomplete(state: StateStore): Promise<Incomplete[]> {
  const found: Incomplete[] = [];
  for await (const record of state.query(PK))
    found.push({ stream: String(record.stream), shard: String(record.shard), reason: String(record.reason) });
  return found;
}

/** A rebuild has made up for these losses; one that was told meanwhile for another reason stays. */
export async function clearIncomplete(state: StateStore, losses: readonly Incomplete[]): Promise<void> {
  for (const { stream, shard, reason } of losses) await state.removeIf(PK, `${stream}#${shard}`, { reason });
}
