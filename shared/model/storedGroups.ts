import { type Aggregate, emptyAggregate } from './aggregate.ts';
import type { Attributes } from './attribute.ts';
import { isAfterwriteError } from './errors.ts';
import { keyFromId, keyId } from './keys.ts';
import type { Plain } from './measures/measure.ts';
import { groupIn, storedGrammar } from './spread.ts';
import type { Statistic } from './statistic.ts';
import { aggregateFromAttributes, aggregateToAttributes } from './storedAggregate.ts';
import type { System } from './system.ts';

/** A group as it stands in the table: its one item, or what its parts sum up to in the form of one. */
export interface StoredGroup {
  readonly statistic: string;
  readonly item: Attributes;
}

/** What is stored of statistics, by group. @param items of statistics, by key id; others are left out */
export function storedGroups(system: System, items: Iterable<readonly [string, Attributes]>): Map<string, StoredGroup> {
  const groups = new Map<string, StoredGroup>();
  const spread = new Map<string, { statistic: Statistic<unknown>; parts: Aggregate[] }>();
  for (const [id, item] of items) {
    const key = keyFromId(id);
    const statistic = system.sourceOf(key);
    if (!statistic?.derived) continue;
    if (!statistic.spread) {
      groups.set(id, { statistic: statistic.name, item });
      continue;
    }
    const group = keyId(statistic.key.build(groupIn(storedGrammar(statistic), key) ?? {}));
    const known = spread.get(group) ?? { statistic, parts: [] };
    spread.set(group, known);
    known.parts.push(...readPart(statistic, id, item));
  }
  for (const [id, { statistic, parts }] of spread) {
    const sum = sumOfParts(parts);
    if (sum) groups.set(id, { statistic: statistic.name, item: aggregateToAttributes(sum, system.table) });
  }
  return groups;
}

/** What somebody else wrote under a part's key adds nothing. */
function readPart(statistic: Statistic<unknown>, id: string, item: Attributes): Aggregate[] {
  try {
    return [aggregateFromAttributes(statistic, keyFromId(id), item)];
  } catch (error) {
    if (!isAfterwriteError(error, 'ITEM_MALFORMED')) throw error;
    return [];
  }
}

/** A spread group as one aggregate; which positions it includes, its parts say. Undefined: there are none. */
export function sumOfParts(parts: readonly Aggregate[]): Aggregate | undefined {
  const [first] = parts;
  if (!first) return undefined;
  const { statistic, group } = first;
  return {
    ...emptyAggregate(statistic, group, statistic.key.build(group)),
    state: parts.map(({ state }) => state).reduce((a, b) => mergeStates(statistic, a, b)),
    asOf: Math.max(...parts.map(({ asOf }) => asOf)),
    since: oldest(parts),
  };
}

function oldest(parts: readonly Aggregate[]): number | undefined {
  const known = parts.flatMap(({ since }) => since ?? []);
  return known.length === parts.length ? Math.min(...known) : undefined;
}

export const mergeStates = (
  { measures }: Statistic<unknown>,
  a: Aggregate['state'],
  b: Aggregate['state'],
): Aggregate['state'] =>
  Object.fromEntries(
    Object.entries(measures).map(([name, measure]) => [name, measure.merge(a[name], b[name]) as Plain]),
  );

export const negateState = ({ measures }: Statistic<unknown>, state: Aggregate['state']): Aggregate['state'] =>
  Object.fromEntries(Object.entries(measures).map(([name, measure]) => [name, measure.negate(state[name]) as Plain]));
