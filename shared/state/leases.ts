import type { StateStore } from '../ports/stateStore.ts';

const PK = 'LEASE';

/** Who does a job: reading one shard for one reader, or sweeping. It holds as long as its owner's worker is alive. */
export interface Lease {
  readonly job: string;
  readonly owner: string;
}

export async function listLeases(state: StateStore): Promise<Lease[]> {
  const leases: Lease[] = [];
  for await (const { sk, owner } of state.query(PK)) leases.push({ job: sk, owner: String(owner) });
  return leases;
}

/** False where somebody else was faster. @param from the owner that the lease is taken from; undefined: from nobody */
export const takeLease = (state: StateStore, { job, owner }: Lease, from: string | undefined): Promise<boolean> => {
  const record = { pk: PK, sk: job, owner };
  return from === undefined ? state.putIfAbsent(record) : state.putIf(record, { owner: from });
};

/** Does nothing where somebody else has it by now. */
export const releaseLease = (state: StateStore, { job, owner }: Lease): Promise<boolean> =>
  state.removeIf(PK, job, { owner });
