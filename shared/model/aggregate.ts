import type { Key } from './keys.ts';
import type { Plain } from './measures/measure.ts';
import { same } from './same.ts';
import { partIn } from './spread.ts';
import type { Contribution, Statistic } from './statistic.ts';

/** Shard id to the highest sequence number of it that the aggregate includes. */
export type Fences = Readonly<Record<string, string>>;

/**
 * One group of a statistic with everything that is known of it: its measures and the positions that they include,
 * stored as ONE item, so that effect and position commit in a single conditional write.
 */
export interface Aggregate {
  readonly statistic: Statistic<unknown>;
  readonly group: Readonly<Record<string, string>>;
  readonly key: Key;
  /** Its name, where it is only a part of its group. */
  readonly part: string | undefined;
  readonly state: Readonly<Record<string, Plain>>;
  /** The state before it emptied, while the group lingers: what events are given of it. */
  readonly last: Readonly<Record<string, Plain>> | undefined;
  readonly fences: Fences;
  /** Counts the writes of the item; 0 while it is not stored. Each write names the revision that it replaces. */
  readonly revision: number;
  /** Counts the rebuilds; 1 for what only ever followed the stream. */
  readonly generation: number;
  /** The last write was a repair's or a rebuild's, or only passed one on: it asks for no events. */
  readonly silent: boolean;
  /** Stream time of the newest change included, epoch milliseconds. */
  readonly asOf: number;
  /** Stream time of the oldest one, likewise; undefined: nobody knows. */
  readonly since: number | undefined;
}

export function emptyAggregate(statistic: Statistic<unknown>, group: Record<string, string>, key: Key): Aggregate {
  const state: Record<string, Plain> = {};
  for (const name in statistic.measures) state[name] = statistic.measures[name]?.empty;
  const part = partIn(statistic.spread, key);
  return {
    statistic,
    group,
    key,
    part,
    state,
    last: undefined,
    fences: {},
    revision: 0,
    generation: 1,
    silent: false,
    asOf: 0,
    since: undefined,
  };
}

/** The measures after contributions are taken back and added: the same object where nothing of it changed. */
export function applyInputs(
  aggregate: Aggregate,
  removed: readonly Contribution['add'][],
  added: readonly Contribution['add'][],
): Aggregate['state'] {
  const inputs = new Map<string, { removed: unknown[]; added: unknown[] }>();
  collect(inputs, removed, 'removed');
  collect(inputs, added, 'added');
  let next: Record<string, Plain> | undefined;
  for (const [name, { removed: out, added: into }] of inputs) {
    const measure = aggregate.statistic.measures[name];
    // An update mostly adds to a measure what it takes back from it.
    if (!measure || (out.length === into.length && out.every((input, i) => same(input, into[i])))) continue;
    const before = aggregate.state[name] as Plain;
    const after = measure.apply(before, out, into) as Plain;
    if (same(before, after)) continue;
    next ??= { ...aggregate.state };
    next[name] = after;
  }
  return next ?? aggregate.state;
}

function collect(
  inputs: Map<string, { removed: unknown[]; added: unknown[] }>,
  contributions: readonly Contribution['add'][],
  side: 'removed' | 'added',
): void {
  for (const add of contributions)
    for (const name in add) {
      if (add[name] === undefined) continue;
      let both = inputs.get(name);
      if (both === undefined) {
        both = { removed: [], added: [] };
        inputs.set(name, both);
      }
      both[side].push(add[name]);
    }
}

export function isEmptyAggregate({ statistic, state }: Pick<Aggregate, 'statistic' | 'state'>): boolean {
  for (const name in statistic.measures) if (!statistic.measures[name]?.isEmpty(state[name])) return false;
  return true;
}

/** What later statistics and events are given; undefined where nothing is left in the group. */
export function aggregateItem(aggregate: Aggregate): Record<string, unknown> | undefined {
  if (isEmptyAggregate(aggregate)) return undefined;
  const { statistic, state } = aggregate;
  const item: Record<string, unknown> = { ...aggregate.group };
  for (const name in statistic.measures) item[name] = statistic.measures[name]?.view(state[name]);
  return item;
}

/** The measures whose view can't be told from their state any more: the group must be read again for them. */
export const unknownMeasures = ({ statistic, state }: Aggregate): string[] =>
  Object.entries(statistic.measures)
    .filter(([name, measure]) => measure.isUnknown?.(state[name]) === true)
    .map(([name]) => name);

/** As events are told of it: while it lingers, as it was last. */
export const toldAggregate = (aggregate: Aggregate): Aggregate =>
  aggregate.last && isEmptyAggregate(aggregate) ? { ...aggregate, state: aggregate.last } : aggregate;

/** What a group that comes to this state was last, where it lingers; undefined where it does not, or is not empty. */
export function lastOf(before: Aggregate, state: Aggregate['state']): Aggregate['last'] {
  const { statistic } = before;
  if (statistic.lingersMs === undefined || !isEmptyAggregate({ statistic, state })) return undefined;
  return isEmptyAggregate(before) ? before.last : before.state;
}
