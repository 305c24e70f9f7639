import { type AfterwriteError, isAfterwriteError } from '../model/errors.ts';
import type { System } from '../model/system.ts';
import type { Metrics } from '../ports/metrics.ts';
import { type Checkpoint, loadShardCheckpoints, saveCheckpoint } from '../state/checkpoints.ts';
import { type Change, decodeChange } from './change.ts';
import type { LossContext } from './losses.ts';
import type { MappedShards } from './mappedShards.ts';
import type { Delivery } from './mappingEvent.ts';
import { type Persistence, persist } from './persist.ts';
import type { Processor } from './processor.ts';
import { tellLag } from './progress.ts';
import { isAfter, lowest } from './sequence.ts';

/** What a reader works with that is handed its batches. */
export interface DeliveryContext extends Persistence, LossContext {
  readonly system: System;
  readonly shards: MappedShards;
  /** Changes that are handed to a processor together; its checkpoint follows. */
  readonly slice: number;
  readonly metrics?: Metrics | undefined;
}

/** How long the function may still take. */
export interface Deadline {
  remainingMs(): number;
  /** Aborted while there is still time to answer. */
  readonly signal: AbortSignal;
}

interface Outcome {
  /** The first change that is not done. */
  readonly left?: Change | undefined;
  /** Why no retry will do it. */
  readonly error?: unknown;
}

/**
 * Hands on a batch that was pushed, as the shard reader does with what it reads: to each processor from its own checkpoint
 * on. The event source mapping keeps the place from which it delivers, in place of a lease and an iterator; checkpoints spare
 * a processor what it did of a batch that comes again, and tell 'status' and a poller that follows; what is true is in
 * fences, ids and content keys, so any batch may come again in any cut, also while one that ran out of time still runs.
 *
 * Goes slice by slice, so that what is done stays done when the time is over. What fails in passing is tried again for as
 * long as there is time. Throws what no retry mends, where it holds up the very first change: else what lies before it is done.
 * @returns the lowest sequence number that is not done; undefined where all is
 */
export async function takeDelivery(
  context: DeliveryContext,
  { shard, records }: Delivery,
  deadline: Deadline,
): Promise<string | undefined> {
  const { processors, source, state, system, name } = context;
  const changes = records.map((record) => decodeChange(system, record, source.stream, shard));
  const [first] = changes;
  if (!first) return undefined;
  const names = processors.map((processor) => processor.name);
  const checkpoints = await persist(context, { reader: name, shard }, deadline.signal, async () => {
    const found = await loadShardCheckpoints(state, source.stream, shard, names);
    await context.shards.meet(context, first, found);
    return found;
  });
  if (!checkpoints) return first.position.sequence;
  const outcomes = await Promise.all(
    processors.map(async (processor) => {
      const known = checkpoints.find((checkpoint) => checkpoint.processor === processor.name);
      const outcome = await advance(context, processor.fresh?.() ?? processor, changes, known, deadline);
      report(context, processor, outcome.left ?? changes[changes.length - 1] ?? first);
      return outcome;
    }),
  );
  return lowestLeft(context, first, outcomes);
}

function lowestLeft({ log, name }: DeliveryContext, first: Change, outcomes: readonly Outcome[]): string | undefined {
  const failed = lowest(outcomes.flatMap(({ left }) => (left ? [left.position.sequence] : [])));
  for (const { left, error } of outcomes) {
    if (error === undefined || !left) continue;
    if (left.position.sequence === first.position.sequence) throw error;
    const { code, message, mend } = error as AfterwriteError;
    const why = isAfterwriteError(error) ? `${message}; ${mend}` : (error as Error).name;
    log.error({ reader: name, ...left.position, code }, `no retry mends it: ${why}`);
  }
  return failed;
}

/** In slices, for as long as one more like the longest so far can be expected to end in time. */
async function advance(
  context: DeliveryContext,
  processor: Processor,
  changes: readonly Change[],
  known: Checkpoint | undefined,
  { remainingMs, signal }: Deadline,
): Promise<Outcome> {
  const { slice, name } = context;
  let done = known?.sequence;
  let longest = 0;
  const ahead = changes.filter(({ position }) => isAfter(position.sequence, done));
  for (let from = 0; from < ahead.length; from += slice) {
    const part = ahead.slice(from, from + slice);
    const [left] = part;
    const last = part[part.length - 1];
    const began = remainingMs();
    if (!left || !last || began <= longest) return { left };
    const where = { reader: name, processor: processor.name, shard: left.position.shard };
    try {
      const isDone = await persist(context, where, signal, async () => {
        await processor.process(part);
        await save(context, processor, last, done);
        return true;
      });
      if (!isDone) return { left };
    } catch (error) {
      return { left, error };
    }
    done = last.position.sequence;
    longest = Math.max(longest, began - remainingMs());
  }
  return {};
}

function save(
  { state, source }: DeliveryContext,
  { name }: Processor,
  { position: { shard, sequence }, at }: Change,
  known: string | undefined,
): Promise<void> {
  return saveCheckpoint(state, source.stream, { processor: name, shard, sequence, at, finished: false }, known);
}

/** How old what is left is; of a batch that is done, its last change. */
function report({ name, metrics, clock }: DeliveryContext, processor: Processor, { at, position }: Change): void {
  const dimensions = { reader: name, processor: processor.name, shard: position.shard };
  if (metrics) tellLag(metrics, dimensions, Math.max(0, clock.now() - at));
}
