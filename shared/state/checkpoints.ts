import { HOUR_MS } from '../model/time.ts';
import type { StateRecord, StateStore } from '../ports/stateStore.ts';
import { isAfter } from '../stream/sequence.ts';

/** Where a processor goes on in a shard. It saves work; the truth of what was counted is in the fences. */
export interface Checkpoint {
  readonly processor: string;
  readonly shard: string;
  /** The last sequence number that is done; undefined: none. */
  readonly sequence: string | undefined;
  /** Stream time of that change, epoch milliseconds; of the last that was read, where the shard is finished. */
  readonly at: number | undefined;
  /** Read to the end of a closed shard. */
  readonly finished: boolean;
}

const partition = (stream: string): string => `CHECKPOINT#${stream}`;
const sortKey = (processor: string, shard: string): string => `${processor}#${shard}`;

const fromRecord = (record: StateRecord): Checkpoint => ({
  processor: String(record.processor),
  shard: String(record.shard),
  sequence: record.sequence as string | undefined,
  at: record.at as number | undefined,
  finished: record.finished === true,
});

export async function loadCheckpoints(state: StateStore, stream: string): Promise<Checkpoint[]> {
  const checkpoints: Checkpoint[] = [];
  for await (const record of state.query(partition(stream))) checkpoints.push(fromRecord(record));
  return checkpoints;
}

/** Those of one shard. */
export async function loadShardCheckpoints(
  state: StateStore,
  stream: string,
  shard: string,
  processors: readonly string[],
): Promise<Checkpoint[]> {
  const keys = processors.map((processor) => ({ pk: partition(stream), sk: sortKey(processor, shard) }));
  return (await state.getMany(keys)).map(fromRecord);
}

/**
 * Moves a checkpoint forward, never back, and never away from its end. Whoever saves has done all that lies before, or
 * took over from one who had: so also a worker that lost its lease, and does not know it yet, tells nothing but the truth.
 * @param known the sequence number that was saved before, as far as the caller knows
 * @param passing asked before a checkpoint of somebody else is passed: may what lies behind it have been missed?
 */
export async function saveCheckpoint(
  state: StateStore,
  stream: string,
  checkpoint: Checkpoint,
  known: string | undefined,
  passing: (sequence: string) => Promise<void> = async () => {},
): Promise<void> {
  const { processor, shard } = checkpoint;
  const record = { ...checkpoint, pk: partition(stream), sk: sortKey(processor, shard) };
  for (let before = known; ; ) {
    const saved = await (before === undefined
      ? state.putIfAbsent(record)
      : state.putIf(record, { sequence: before, finished: false }));
    if (saved) return;
    const stored = await state.get(record.pk, record.sk);
    if (stored && covers(fromRecord(stored), checkpoint)) return;
    before = stored?.sequence as string | undefined;
    if (before !== undefined) await passing(before);
  }
}

const covers = (stored: Checkpoint, wanted: Checkpoint): boolean =>
  stored.finished || (!wanted.finished && wanted.sequence !== undefined && !isAfter(wanted.sequence, stored.sequence));

/** The stream keeps a shard for 24 hours: after twice that nobody asks for its checkpoints any more. */
const FINISHED_KEPT_MS = 48 * HOUR_MS;

/** Removes the checkpoints of finished shards that are gone from the stream for long. @param now epoch milliseconds */
export async function forgetFinished(
  state: StateStore,
  stream: string,
  checkpoints: readonly Checkpoint[],
  isHeld: (shard: string) => boolean,
  now: number,
): Promise<void> {
  for (const { processor, shard, finished, at } of checkpoints)
    if (finished && at !== undefined && now - at > FINISHED_KEPT_MS && !isHeld(shard))
      await state.remove(partition(stream), sortKey(processor, shard));
}
