import type { Shard } from '../ports/streamSource.ts';
import type { Checkpoint } from '../state/checkpoints.ts';
import { markIncomplete } from '../state/incomplete.ts';
import type { ReaderContext } from './readerContext.ts';

const PK = 'STREAM';
const SK = 'CURRENT';

/**
 * What was lost while nobody read, told before reading goes on: shards that are gone with unread changes, and a stream
 * that is not the one that was read before (turned off and on, or the table restored). Nothing is skipped in silence.
 */
export async function noteLosses(
  context: ReaderContext,
  checkpoints: readonly Checkpoint[],
  shards: readonly Shard[],
): Promise<void> {
  const { source, state } = context;
  const known = await state.get(PK, SK);
  if (known !== undefined && known.stream !== source.stream)
    await note(context, 'all', 'the stream is not the one that was read before: changes in between are not in it');
  if (known?.stream !== source.stream) await state.put([{ pk: PK, sk: SK, stream: source.stream }]);
  const held = new Set(shards.map(({ id }) => id));
  const gone = checkpoints.filter(({ shard, finished }) => !finished && !held.has(shard));
  for (const shard of new Set(gone.map((checkpoint) => checkpoint.shard)))
    await note(context, shard, 'the shard is gone from the stream before all of it was read');
}

async function note({ source, state, log }: ReaderContext, shard: string, reason: string): Promise<void> {
  await markIncomplete(state, source.stream, shard, reason);
  log.error({ shard }, `changes were lost: ${reason}`);
}
