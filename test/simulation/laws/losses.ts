import { listIncomplete } from '../../../shared/state/incomplete.ts';
import type { World } from '../world.ts';

/**
 * What the laws say after records were trimmed that nobody had read: the numbers may be wrong, but not in silence.
 * Where nothing was trimmed, no loss is told. (Where something was, a worker that had fallen behind another one may
 * tell a loss that is none: its own position is gone. That errs on the safe side.)
 * @param broken what the other laws found
 */
export async function unreported(world: World, broken: readonly string[]): Promise<string[]> {
  const told = await listIncomplete(world.state);
  const falsely =
    world.trims > 0 ? [] : told.filter(({ reason }) => !(world.aDayPassed && reason.includes('may have')));
  const alarms = falsely.map(({ shard, reason }) => `losses: ${shard} lost nothing, but it is told: ${reason}`);
  if (world.trimmed.length === 0) return [...broken, ...alarms];
  return told.length > 0
    ? []
    : broken.filter((line) => isSilent(world, line)).map((line) => `losses: not told: ${line}`);
}

/** What each processor's losses break. */
const LAWS = { statistics: 'statistics:', fanout: 'events:', archive: 'archive:' };

/** Whether a processor that lost changes knew where it had been, each time, and so could have told. */
function isSilent({ trimmed }: World, line: string): boolean {
  const losses = trimmed.filter(({ processor }) => line.startsWith(LAWS[processor]));
  return losses.length > 0 && losses.every(({ couldKnow }) => couldKnow);
}
