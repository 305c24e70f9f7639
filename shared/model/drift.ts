import type { Aggregate } from './aggregate.ts';
import { type Attributes, decodeAttributes } from './attribute.ts';
import { canonical } from './canonical.ts';
import { type Key, keyFromId, keyText } from './keys.ts';
import { RESERVED_ATTRIBUTE } from './reserved.ts';
import type { Statistic } from './statistic.ts';
import { aggregateToAttributes, storedState } from './storedAggregate.ts';
import type { TableDeclaration } from './system.ts';

/** An aggregate that is not what a recomputation says, and where it differs. */
export interface Drift {
  /** `keyId` of the aggregate's key. */
  readonly id: string;
  readonly key: string;
  readonly statistic: string;
  readonly fields: { readonly path: string; readonly stored: unknown; readonly recomputed: unknown }[];
}

/** Holds what is stored against what it should be; `asOf` and positions are no part of that. Both maps by key id. */
export function driftOf(
  table: TableDeclaration,
  recomputed: ReadonlyMap<string, Aggregate>,
  stored: ReadonlyMap<string, { statistic: string; item: Attributes }>,
): Drift[] {
  const drifts: Drift[] = [];
  for (const id of new Set([...recomputed.keys(), ...stored.keys()])) {
    const should = recomputed.get(id);
    const is = stored.get(id);
    const attributes = should && aggregateToAttributes(should, table);
    const fields = [
      ...differences(visible(attributes, table), visible(is?.item, table)),
      ...stateDifferences(should?.statistic, attributes, is?.item),
    ];
    const key: Key = keyFromId(id);
    if (fields.length > 0)
      drifts.push({ id, key: keyText(key), statistic: should?.statistic.name ?? is?.statistic ?? '', fields });
  }
  return drifts;
}

/** A state can be wrong under a right face: what it takes back and adds next would show it. */
function stateDifferences(
  statistic: Statistic<unknown> | undefined,
  should: Attributes | undefined,
  is: Attributes | undefined,
): Drift['fields'] {
  if (!is) return [];
  const [a, b] = [storedState(should), storedState(is)];
  if (!statistic)
    return Object.entries(b).map(([name, stored]) => ({ path: statePath(name), stored, recomputed: undefined }));
  return Object.entries(statistic.measures).flatMap(([name, { empty, essence }]) => {
    const essential = (state: unknown): unknown => (essence ? essence(state ?? empty) : (state ?? empty));
    const [recomputed, stored] = [essential(a[name]), essential(b[name])];
    return canonical(recomputed) === canonical(stored) ? [] : [{ path: statePath(name), stored, recomputed }];
  });
}

const statePath = (measure: string): string => `${RESERVED_ATTRIBUTE}.state.${measure}`;

function visible(attributes: Attributes | undefined, table: TableDeclaration): Record<string, unknown> {
  if (!attributes) return {};
  const { [RESERVED_ATTRIBUTE]: _own, asOf: _asOf, [table.partitionKey]: _pk, ...rest } = attributes;
  if (table.sortKey !== undefined) delete rest[table.sortKey];
  return decodeAttributes(rest);
}

function differences(should: Record<string, unknown>, is: Record<string, unknown>, path = ''): Drift['fields'] {
  return [...new Set([...Object.keys(should), ...Object.keys(is)])].flatMap((name) => {
    const [a, b] = [should[name], is[name]];
    if (canonical(a) === canonical(b)) return [];
    if (isPlainObject(a) && isPlainObject(b)) return differences(a, b, `${path}${name}.`);
    return [{ path: `${path}${name}`, stored: b, recomputed: a }];
  });
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
