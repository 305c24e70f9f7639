import { same } from './same.ts';
import type { Share } from './share.ts';
import type { Source } from './source.ts';
import type { Contribution } from './statistic.ts';
import type { System } from './system.ts';

type Inputs = readonly Contribution['add'][];

/** What one change does to one aggregate: the inputs that it takes back and those that it adds. */
export interface Effect extends Omit<Share, 'inputs'> {
  readonly removed: Inputs;
  readonly added: Inputs;
}

const NONE: Inputs = [];

/**
 * The effects of an item's step from `removed` to `added` (either may be absent). What it takes back and adds again is
 * no effect, so that a change of other fields costs nothing, and one member of many only itself.
 */
export function effectsOf(system: System, source: Source<unknown>, removed: unknown, added: unknown): Effect[] {
  const effects: Effect[] = [];
  for (const outlet of system.outletsOf(source)) {
    const before = removed === undefined ? [] : outlet.shares(removed as object);
    const after = new Map(
      (added === undefined ? [] : outlet.shares(added as object)).map((share) => [share.id, share]),
    );
    for (const share of before) {
      push(effects, share, share.inputs, after.get(share.id)?.inputs ?? NONE);
      after.delete(share.id);
    }
    for (const share of after.values()) push(effects, share, NONE, share.inputs);
  }
  return effects;
}

/** Without what both sides have at their beginnings and at their ends: contributions of one item keep their order. */
function push(effects: Effect[], share: Share, removed: Inputs, added: Inputs): void {
  const shorter = Math.min(removed.length, added.length);
  let first = 0;
  while (first < shorter && same(removed[first], added[first])) first++;
  let last = 0;
  while (last < shorter - first && same(removed[removed.length - 1 - last], added[added.length - 1 - last])) last++;
  if (first + last === removed.length && first + last === added.length) return;
  const { statistic, group, key, id } = share;
  const cut = (inputs: Inputs): Inputs => (first + last === 0 ? inputs : inputs.slice(first, inputs.length - last));
  effects.push({ statistic, group, key, id, removed: cut(removed), added: cut(added) });
}
