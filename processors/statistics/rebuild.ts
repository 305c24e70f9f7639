import { createHash } from 'node:crypto';
import { canonical } from '../../shared/model/canonical.ts';
import { fingerprintOf } from '../../shared/model/fingerprint.ts';
import { keyText } from '../../shared/model/keys.ts';
import type { Statistic } from '../../shared/model/statistic.ts';
import type { System } from '../../shared/model/system.ts';
import { declarationChanges, markMixed, settleDeclared } from '../../shared/state/declared.ts';
import { beginGeneration, completeGeneration } from '../../shared/state/generations.ts';
import { clearIncomplete, type Incomplete, listIncomplete } from '../../shared/state/incomplete.ts';
import { forgetUnknown, listUnknown } from '../../shared/state/unknownGroups.ts';
import { type RepairContext, type Repaired, type RepairOptions, rewrite } from './repair.ts';

export interface Rebuilt extends Repaired {
  readonly statistic: string;
  readonly generation: number;
}

/**
 * Writes every group of statistics anew, in place, as their next generation: sources before what they feed, while writes
 * go on. A rebuild that is cut off goes on where it was. What was marked incomplete before is whole after all of them
 * are, and what differed from its declaration is settled.
 */
export async function rebuild(
  context: RepairContext,
  statistics: readonly Statistic<unknown>[],
  options: RepairOptions,
): Promise<Rebuilt[]> {
  const { system, state } = context;
  await markMixed(state, await declarationChanges(system, state));
  const losses = await listIncomplete(state);
  const basis = basisOf(system, losses);
  const rebuilt: Rebuilt[] = [];
  for (const statistic of system.statistics.filter((one) => statistics.includes(one))) {
    const generation = await beginGeneration(state, statistic.name, basis);
    const choice = { isChosen: (_: string, name: string) => name === statistic.name, generation };
    const repaired = await rewrite(context, choice, options);
    if (options.signal.aborted) return rebuilt;
    if (repaired.left.length === 0) await completeGeneration(state, statistic.name, generation);
    rebuilt.push({ statistic: statistic.name, generation, ...repaired });
  }
  const whole = new Set(rebuilt.flatMap(({ statistic, left }) => (left.length === 0 ? [statistic] : [])));
  await settleDeclared(system, state, whole);
  if (whole.size === system.statistics.length) await clearIncomplete(state, losses);
  return rebuilt;
}

/** What a rebuild counts by and makes up for: all declarations, for a statistic counts by the views of those that feed it. */
const basisOf = ({ statistics }: System, losses: readonly Incomplete[]): string =>
  createHash('sha256')
    .update(canonical([statistics.map(fingerprintOf), losses]))
    .digest('base64url');

/** Writes what differs, or is missing: repairs a drift, and starts statistics on a table that had data before. */
export const repair = (context: RepairContext, options: RepairOptions): Promise<Repaired> =>
  rewrite(context, { isChosen: () => true }, options);

/** Counts the groups anew of which a measure is unknown; how many were written. */
export async function countUnknown(context: RepairContext, options: RepairOptions): Promise<number> {
  const groups = await listUnknown(context.state);
  if (groups.size === 0) return 0;
  const { written, left, beyond } = await rewrite(context, { isChosen: (id) => groups.has(id) }, options);
  if (options.signal.aborted) return written.length;
  // Asked again, the archive would tell no more: they stay unknown until somebody rebuilds them.
  for (const key of beyond)
    options.log.error({ key }, 'a measure is unknown, and the journal no longer goes back far enough to count it');
  for (const group of groups.values())
    if (!left.includes(keyText(group.key))) await forgetUnknown(context.state, group);
  return written.length;
}
