import type { Statistic } from '../../shared/model/statistic.ts';
import type { System } from '../../shared/model/system.ts';
import { beginGeneration, completeGeneration } from '../../shared/state/generations.ts';
import { clearIncomplete, listIncomplete } from '../../shared/state/incomplete.ts';
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
    const choice = { statistics: new Set([statistic.name]), generation };
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
  rewrite(context, { statistics: namesOf(context.system) }, options);

const namesOf = (system: System): ReadonlySet<string> => new Set(system.statistics.map(({ name }) => name));
