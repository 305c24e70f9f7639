import type { StateStore } from '../ports/stateStore.ts';

const PK = 'INCOMPLETE';

/** Changes were lost before they were read: what is kept from them can't be trusted until it is rebuilt. */
export interface Incomplete {
  readonly stream: string;
  readonly shard: string;
  readonly reason: string;
  /** When it was told, epoch milliseconds. */
  readonly at: number;
}

export const markIncomplete = (state: StateStore, { stream, shard, reason, at }: Incomplete): Promise<void> =>
  state.put([{ pk: PK, sk: `${stream}#${shard}`, stream, shard, reason, at }]);

export async function listIncomplete(state: StateStore): Promise<Incomplete[]> {
  const found: Incomplete[] = [];
  for await (const record of state.query(PK))
    found.push({
      stream: String(record.stream),
      shard: String(record.shard),
      reason: String(record.reason),
      at: Number(record.at ?? 0),
    });
  return found;
}

/** A rebuild has made up for these losses; one that was told meanwhile stays. */
export async function clearIncomplete(state: StateStore, losses: readonly Incomplete[]): Promise<void> {
  for (const { stream, shard, reason, at } of losses)
    await state.removeIf(PK, `${stream}#${shard}`, at === 0 ? { reason } : { reason, at });
}
