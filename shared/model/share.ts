import { AfterwriteError, isAfterwriteError } from './errors.ts';
import { type Key, keyId } from './keys.ts';
import { correctionKey } from './spread.ts';
import type { Contribution, Statistic } from './statistic.ts';

/** What one item adds to one group of a statistic, in its order. */
export interface Share {
  readonly statistic: Statistic<unknown>;
  readonly group: Readonly<Record<string, string>>;
  readonly key: Key;
  /** `keyId` of the key. */
  readonly id: string;
  readonly inputs: readonly Contribution['add'][];
}

/** An item's contributions by group: there are often many for few groups. Throws ITEM_MALFORMED. */
export function sharesOf(statistic: Statistic<unknown>, contributions: readonly Contribution[]): Share[] {
  const shares = new Map<string, Share & { inputs: Contribution['add'][] }>();
  for (const { into, add } of contributions) {
    checkInputs(statistic, add);
    let name = '';
    for (const placeholder of statistic.key.placeholders) name += `\n${into[placeholder]}`;
    const share = shares.get(name);
    if (share) share.inputs.push(add);
    else {
      const key = statistic.key.build(into);
      // Of all parts it has the longest key: what can't be a part's is refused here, where the item stands alone.
      if (statistic.spread) correctionKey(statistic.spread, into);
      shares.set(name, { statistic, group: into, key, id: keyId(key), inputs: [add] });
    }
  }
  return [...shares.values()];
}

/** Here, where an item stands alone: in a batch, a refusal would fall on all changes of the same aggregate. */
function checkInputs({ name: statistic, measures }: Statistic<unknown>, add: Contribution['add']): void {
  for (const name in add) {
    if (add[name] === undefined) continue;
    try {
      measures[name]?.check?.(add[name]);
    } catch (error) {
      if (!isAfterwriteError(error)) throw error;
      const { code, message, mend } = error;
      throw new AfterwriteError(code, `'${name}' of '${statistic}': ${message}`, { mend, cause: error });
    }
  }
}
