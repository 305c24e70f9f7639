import { listIncomplete } from '../../../shared/state/incomplete.ts';
import type { World } from '../world.ts';

/**
 * What the laws say after records were trimmed that nobody had read: the numbers may be wrong, but not in silence.
 * And where nothing was lost, no loss is told.
 * @param broken what the other laws found
 */
export async function unreported(world: World, broken: readonly string[]): Promise<string[]> {
  const told = await listIncomplete(world.state);
  if (world.trimmed.length === 0)
    return [...broken, ...told.map(({ shard, reason }) => `losses: ${shard} lost nothing, but it is told: ${reason}`)];
  const silent = broken.length > 0 && told.length === 0 && world.trimmed.some(({ couldKnow }) => couldKnow);
  return silent
    ? [`losses: changes of ${world.trimmed[0]?.shard} were trimmed, and nothing tells it: ${broken[0]}`]
    : [];
}
