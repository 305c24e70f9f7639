import type { StateStore } from '../ports/stateStore.ts';

const PK = 'WORKER';

/**
 * A process that works on the stream. States: absent -> alive (its beat moves) -> absent, because it left, or because
 * somebody declared it dead. An owner that is absent never comes back: who was declared dead takes a new name.
 */
export interface Worker {
  readonly owner: string;
  /** For people: host and process. */
  readonly process: string;
  /** Within which process ids mean the same; undefined where that is not known. */
  readonly machine: string | undefined;
  /** Counted by its owner; others only see whether it moves, for clocks of two machines can't be compared. */
  readonly beat: number;
  /** So many rounds in a row all of its shards were at their end and it did nothing. */
  readonly quiet: number;
}

export async function listWorkers(state: StateStore): Promise<Worker[]> {
  const workers: Worker[] = [];
  for await (const { sk, process, machine, beat, quiet } of state.query(PK))
    workers.push({
      owner: sk,
      process: String(process),
      machine: machine as string | undefined,
      beat: Number(beat),
      quiet: Number(quiet),
    });
  return workers;
}

const recordOf = (worker: Worker) => ({ pk: PK, sk: worker.owner, ...worker });

export const join = (state: StateStore, worker: Worker): Promise<boolean> => state.putIfAbsent(recordOf(worker));

/** False where the worker was declared dead. Safe to repeat after a lost answer. */
export const beat = (state: StateStore, worker: Worker): Promise<boolean> =>
  state.putIf(recordOf(worker), { owner: worker.owner });

/** False where it has moved since, or is gone already. */
export const declareDead = (state: StateStore, worker: Worker): Promise<boolean> =>
  state.removeIf(PK, worker.owner, { beat: worker.beat });

export const leave = (state: StateStore, owner: string): Promise<void> => state.remove(PK, owner);
