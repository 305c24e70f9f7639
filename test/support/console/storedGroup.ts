import { applyInputs, emptyAggregate } from '../../../shared/model/aggregate.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import type { Contribution, Statistic } from '../../../shared/model/statistic.ts';
import { aggregateToAttributes } from '../../../shared/model/storedAggregate.ts';
import type { System } from '../../../shared/model/system.ts';

/** A group as its statistic stores it, after these contributions. */
export function storedGroup(
  { table }: System,
  statistic: Statistic<unknown>,
  group: Record<string, string>,
  ...added: Contribution['add'][]
): Attributes {
  const empty = emptyAggregate(statistic, group, statistic.key.build(group));
  return aggregateToAttributes({ ...empty, state: applyInputs(empty, [], added), revision: 1 }, table);
}
