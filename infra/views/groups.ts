import type { Aggregate } from '../../shared/model/aggregate.ts';
import { keyId } from '../../shared/model/keys.ts';
import { correctionKey, partKeys } from '../../shared/model/spread.ts';
import type { Statistic } from '../../shared/model/statistic.ts';
import { aggregateFromAttributes } from '../../shared/model/storedAggregate.ts';
import { sumOfParts } from '../../shared/model/storedGroups.ts';
import type { System } from '../../shared/model/system.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { keyOf } from '../../shared/stream/change.ts';

type Reading = (...asked: Parameters<typeof aggregateFromAttributes>) => Aggregate | undefined;

/**
 * Every group of every statistic, in one reading of the table; spread ones come last, each as the sum of its parts.
 * @param read undefined: left out. Absent: what is no aggregate throws ITEM_MALFORMED
 */
export async function* allGroups(
  { system, table }: { readonly system: System; readonly table: Pick<TableStore, 'scan'> },
  read: Reading = aggregateFromAttributes,
): AsyncGenerator<Aggregate> {
  const spread = new Map<string, Aggregate[]>();
  for await (const item of table.scan()) {
    const key = keyOf(system.table, item);
    const statistic = system.sourceOf(key);
    const aggregate = statistic?.derived ? read(statistic, key, item) : undefined;
    if (!aggregate) continue;
    if (!aggregate.statistic.spread) yield aggregate;
    else {
      const id = keyId(aggregate.statistic.key.build(aggregate.group));
      const known = spread.get(id);
      if (known) known.push(aggregate);
      else spread.set(id, [aggregate]);
    }
  }
  for (const parts of spread.values()) {
    const sum = sumOfParts(parts);
    if (sum) yield sum;
  }
}

/** One group; of a spread one, all parts are read together. Undefined where nothing is stored. Throws ITEM_MALFORMED. */
export async function oneGroup(
  { system, table }: { readonly system: System; readonly table: Pick<TableStore, 'read'> },
  statistic: Statistic<unknown>,
  group: Readonly<Record<string, string>>,
): Promise<Aggregate | undefined> {
  const { spread, key } = statistic;
  const keys = spread ? [...partKeys(spread, group), correctionKey(spread, group)] : [key.build(group)];
  const items = [...(await table.read(keys)).values()];
  return sumOfParts(items.map((item) => aggregateFromAttributes(statistic, keyOf(system.table, item), item)));
}
