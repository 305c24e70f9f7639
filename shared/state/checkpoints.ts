import type { StateStore } from '../ports/stateStore.ts';

/** Where a processor goes on in a shard. It saves work; the truth of what was counted is in the fences. */
export interface Checkpoint {
  readonly processor: string;
  readonly shard: string;
  /** The last sequence number that is done; undefined: none. */
  readonly sequence: string | undefined;
  /** Stream time of that change, epoch milliseconds. */
  readonly at: number | undefined;
  /** Read to the end of a closed shard. */
  readonly finished: boolean;
}

const partition = (stream: string): string => `CHECKPOINT#${stream}`;

export async function loadCheckpoints(state: StateStore, stream: string): Promise<Checkpoint[]> {
  const checkpoints: Checkpoint[] = [];
  for await (const record of state.query(partition(stream)))
    checkpoints.push({
      processor: String(record.processor),
      shard: String(record.shard),
      sequence: record.sequence as string | undefined,
      at: record.at as number | undefined,
      finished: record.finished === true,
    });
  return checkpoints;
}

export const saveCheckpoint = (state: StateStore, stream: string, checkpoint: Checkpoint): Promise<void> =>
  state.put([{ pk: partition(stream), sk: `${checkpoint.processor}#${checkpoint.shard}`, ...checkpoint }]);
