import { keyFromId, keyText } from '../../shared/model/keys.ts';
import type { Statistic } from '../../shared/model/statistic.ts';
import { beginGeneration, completeGeneration } from '../../shared/state/generations.ts';
import { clearIncomplete, listIncomplete } from '../../shared/state/incomplete.ts';
import { forgetUnknown, listUnknown } from '../../shared/state/unknownGroups.ts';
import { type RepairContext, type Repaired, type RepairOptions, rewrite } from './repair.ts';

export interface Rebuilt extends Repaired {
  readonly statistic: string;
  readonly generation: number;
}

/**
 * Writes every group of statistics anew, in place, as their next generation: sources before what they feed, while writes
 * go on. A rebuild that is cut off goes on where it was. What was marked incomplete before is whole after it.
 */
export async function rebuild(
  context: RepairContext,
  statistics: readonly Statistic<unknown>[],
  options: RepairOptions,
): Promise<Rebuilt[]> {
  const losses = await listIncomplete(context.state);
  const rebuilt: Rebuilt[] = [];
  for (const statistic of context.system.statistics.filter((one) => statistics.includes(one))) {
    const generation = await beginGeneration(context.state, statistic.name);
    const choice = { isChosen: (_: string, name: string) => name === statistic.name, generation };
    const repaired = await rewrite(context, choice, options);
    if (options.signal.aborted) return rebuilt;
    if (repaired.left.length === 0) await completeGeneration(context.state, statistic.name, generation);
    rebuilt.push({ statistic: statistic.name, generation, ...repaired });
  }
  const whole = rebuilt.length === context.system.statistics.length && rebuilt.every(({ left }) => left.length === 0);
  if (whole) await clearIncomplete(context.state, losses);
  return rebuilt;
}

/** Writes what differs, or is missing: repairs a drift, and starts statistics on a table that had data before. */
export const repair = (context: RepairContext, options: RepairOptions): Promise<Repaired> =>
  rewrite(context, { isChosen: () => true }, options);

/** Counts the groups anew of which a measure is unknown; how many were written. */
export async function countUnknown(context: RepairContext, options: RepairOptions): Promise<number> {
  const ids = await listUnknown(context.state);
  if (ids.size === 0) return 0;
  const { written, left } = await rewrite(context, { isChosen: (id) => ids.has(id) }, options);
  for (const key of [...ids].map(keyFromId)) if (!left.includes(keyText(key))) await forgetUnknown(context.state, key);
  return written.length;
}
