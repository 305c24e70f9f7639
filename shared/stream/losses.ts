import { isoUtc } from '../model/time.ts';
import type { StateRecord } from '../ports/stateStore.ts';
import { type Shard, STREAM_KEEPS_MS } from '../ports/streamSource.ts';
import type { Checkpoint } from '../state/checkpoints.ts';
import { markIncomplete } from '../state/incomplete.ts';
import type { ReaderContext } from './readerContext.ts';

const CURRENT = { pk: 'STREAM', sk: 'CURRENT' };

const OTHER_STREAM = 'the stream is not the one that was read before: changes in between are not in it';
const OTHER_TABLE =
  'the table is another one than before, restored or made anew: changes since its copy are not in it, and its stream is a new one';
const GONE = 'the shard is gone from the stream before all of it was read';
const UNSEEN = 'the shards before it came and went unread';

/** What a loss is judged by, and where it is told. */
export type LossContext = Pick<ReaderContext, 'name' | 'source' | 'state' | 'processors' | 'clock' | 'log'>;

/** The stream keeps a record for so long for certain; two clocks may differ by the rest. */
export const CERTAIN_MS = STREAM_KEEPS_MS - 5 * 60_000;

/**
 * What was lost while nobody read, told before reading goes on: shards that are gone with unread changes, and a stream
 * that is not the one that was read before (turned off and on, or the table restored). Nothing is skipped in silence.
 */
export async function noteLosses(
  context: ReaderContext,
  checkpoints: readonly Checkpoint[],
  shards: readonly Shard[],
): Promise<void> {
  await noteStream(context, shards);
  const held = new Set(shards.map(({ id }) => id));
  const gone = checkpoints.filter(({ shard, finished }) => !finished && !held.has(shard));
  for (const shard of new Set(gone.map((checkpoint) => checkpoint.shard)))
    await tellOnce(context, { shard, what: 'gone', reason: GONE, isOver: true });
}

/** Remembers which stream of which table is read, and where that began: nothing that lay before is missed. */
export async function noteStream(context: LossContext, shards: readonly Shard[]): Promise<void> {
  const { source, state, log } = context;
  const { stream, table } = source;
  const known = await state.get(CURRENT.pk, CURRENT.sk);
  if (known === undefined)
    log.info(
      { stream },
      "reading begins with what the stream holds: what was written before needs 'afterwrite attach'",
    );
  else if (known.stream !== stream) {
    const isOther = known.table !== undefined && table !== undefined && known.table !== table;
    await tell(context, 'all', isOther ? OTHER_TABLE : OTHER_STREAM);
  }
  if (known?.stream === stream && known.table === table) return;
  const roots = known?.stream === stream ? known.roots : shards.map(({ id }) => id);
  await state.put([{ ...CURRENT, stream, table, roots }]);
}

/**
 * Shards that this reader comes to for the first time, though it has read the stream before, and that may have lost
 * their first changes by then. What follows on a change that is younger than a day is all there. A reader's own first
 * start, and the shards that the stream began with for us, are no loss.
 * @param fresh shards that may be read now, and were not looked at before
 */
export async function noteLostBeginnings(
  context: LossContext,
  checkpoints: readonly Checkpoint[],
  shards: readonly Shard[],
  fresh: readonly Shard[],
): Promise<void> {
  const own = checkpoints.filter((one) => context.processors.some(({ name }) => name === one.processor));
  const unread = fresh.filter(({ id }) => own.length > 0 && !own.some(({ shard }) => shard === id));
  if (unread.length === 0) return;
  const current = await context.state.get(CURRENT.pk, CURRENT.sk);
  for (const shard of unread) {
    const parents = own.filter((checkpoint) => checkpoint.shard === shard.parent);
    const isUnseen = parents.length === 0 && !shards.some(({ id }) => id === shard.parent) && isLater(current, shard);
    const reason = isUnseen ? UNSEEN : trimmedReason(parents, context.clock.now());
    if (reason !== undefined) await tellOnce(context, { shard: shard.id, what: `begin#${context.name}`, reason });
  }
}

/** Whether a shard came after we began to read the stream. */
const isLater = (current: StateRecord | undefined, { id, parent }: Shard): boolean =>
  parent !== undefined && Array.isArray(current?.roots) && !current.roots.includes(id);

function trimmedReason(parents: readonly Checkpoint[], now: number): string | undefined {
  const last = Math.min(...parents.map(({ at }) => at ?? Number.POSITIVE_INFINITY));
  if (now - last <= CERTAIN_MS || last === Number.POSITIVE_INFINITY) return undefined;
  return `it may have been trimmed before it was first read: what is known before it ends at ${isoUtc(last)}`;
}

interface Loss {
  readonly shard: string;
  /** What is lost, for those who find it again. */
  readonly what: string;
  readonly reason: string;
  /** Nothing more can be lost there. */
  readonly isOver?: boolean;
}

/**
 * A loss that was told is not told again, for a rebuild may have made up for it since. What was written after that is
 * safe for a day; then it is told again, where it can have grown.
 */
export async function tellOnce(context: LossContext, { shard, what, reason, isOver }: Loss): Promise<void> {
  const { source, state, clock } = context;
  const [pk, sk, at] = [`LOSS#${source.stream}`, `${shard}#${what}`, clock.now()];
  const told = await state.get(pk, sk);
  if (told && (isOver || at - Number(told.at) <= CERTAIN_MS)) return;
  await tell(context, shard, reason);
  await state.put([{ pk, sk, at }]);
}

async function tell({ source, state, clock, log }: LossContext, shard: string, reason: string): Promise<void> {
  await markIncomplete(state, { stream: source.stream, shard, reason, at: clock.now() });
  log.error({ shard }, `changes were lost: ${reason}; run 'afterwrite rebuild'`);
}
