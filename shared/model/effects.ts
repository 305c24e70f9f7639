import { canonical } from './canonical.ts';
import { type Key, keyId } from './keys.ts';
import type { Source } from './source.ts';
import type { Contribution, Statistic } from './statistic.ts';
import type { System } from './system.ts';

type Inputs = Contribution['add'];

/** What one change does to one aggregate: the inputs that it takes back and those that it adds. */
export interface Effect {
  readonly statistic: Statistic<unknown>;
  readonly group: Record<string, string>;
  readonly key: Key;
  /** `keyId` of the aggregate's key. */
  readonly id: string;
  readonly removed: Inputs[];
  readonly added: Inputs[];
}

/**
 * The effects of an item's step from `removed` to `added` (either may be absent). A group that it leaves as it was has
 * no effect, so that a change of other fields costs nothing.
 */
export function effectsOf(system: System, source: Source<unknown>, removed: unknown, added: unknown): Effect[] {
  const effects = new Map<string, Effect>();
  for (const outlet of system.outletsOf(source)) {
    const note = (item: unknown, side: 'removed' | 'added'): void => {
      if (item === undefined) return;
      for (const { into, add } of outlet.contribute(item)) {
        checkInputs(outlet.statistic, add);
        effectOn(effects, outlet.statistic, into)[side].push(add);
      }
    };
    note(removed, 'removed');
    note(added, 'added');
  }
  return [...effects.values()].filter((effect) => !cancels(effect));
}

/** Here, where a change stands alone: in a batch, a refusal would fall on all changes of the same aggregate. */
function checkInputs({ measures }: Statistic<unknown>, add: Inputs): void {
  for (const name in add) if (add[name] !== undefined) measures[name]?.check?.(add[name]);
}

function effectOn(effects: Map<string, Effect>, statistic: Statistic<unknown>, group: Record<string, string>): Effect {
  const key = statistic.key.build(group);
  const id = keyId(key);
  const effect = effects.get(id) ?? { statistic, group, key, id, removed: [], added: [] };
  effects.set(id, effect);
  return effect;
}

const cancels = ({ removed, added }: Effect): boolean =>
  removed.length === added.length && canonical(removed) === canonical(added);
