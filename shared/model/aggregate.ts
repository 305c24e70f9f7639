import { type Attributes, encodeAttribute, encodeAttributes } from './attribute.ts';
import { AfterwriteError } from './errors.ts';
import { checkIndexKeys } from './indexKeys.ts';
import { type Key, keyText } from './keys.ts';
import type { Plain } from './measures/measure.ts';
import { Recent } from './memo.ts';
import { isSet, numberOf, RESERVED_ATTRIBUTE, reservedIn, textOf } from './reserved.ts';
import { same } from './same.ts';
import { itemBytes, MAX_ITEM_BYTES } from './size.ts';
import { groupIn, partIn, partLabel, storedGrammar } from './spread.ts';
import type { Contribution, Statistic } from './statistic.ts';
import type { TableDeclaration } from './system.ts';
import { isoUtc } from './time.ts';

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
  readonly fences: Fences;
  /** Counts the writes of the item; 0 while it is not stored. Each write names the revision that it replaces. */
  readonly revision: number;
  /** Counts the rebuilds; 1 for what only ever followed the stream. */
  readonly generation: number;
  /** The last write was a repair's or a rebuild's, or only passed one on: it asks for no events. */
  readonly silent: boolean;
  /** Stream time of the newest change included, epoch milliseconds. */
  readonly asOf: number;
}

export function emptyAggregate(statistic: Statistic<unknown>, group: Record<string, string>, key: Key): Aggregate {
  const state: Record<string, Plain> = {};
  for (const name in statistic.measures) state[name] = statistic.measures[name]?.empty;
  const part = partIn(statistic.spread, key);
  return { statistic, group, key, part, state, fences: {}, revision: 0, generation: 1, silent: false, asOf: 0 };
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

function isEmptyAggregate({ statistic, state }: Aggregate): boolean {
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

/** The stored form: what people read, what indexes need, and under `afterwrite` the state with its positions. */
export function aggregateToAttributes(aggregate: Aggregate, table: TableDeclaration): Attributes {
  const { statistic, key } = aggregate;
  const text = JSON.stringify(filled(aggregate));
  const attributes: Attributes = {
    ...face(aggregate, text),
    [table.partitionKey]: { S: key.pk },
    ...(table.sortKey !== undefined && { [table.sortKey]: { S: key.sk ?? '' } }),
    asOf: { S: isoUtc(aggregate.asOf) },
    [RESERVED_ATTRIBUTE]: encodeAttribute({
      statistic: statistic.name,
      revision: aggregate.revision,
      generation: aggregate.generation,
      silent: aggregate.silent || undefined,
      fences: aggregate.fences,
      state: text,
    }),
  };
  checkIndexKeys(attributes, table, keyText(key));
  const bytes = itemBytes(attributes);
  // The sum of parts is stored nowhere.
  if (bytes > MAX_ITEM_BYTES && !(statistic.spread && aggregate.part === undefined)) throw tooLarge(aggregate, bytes);
  return attributes;
}

/** What people read and indexes need; of a part, only that it is one. */
function face(aggregate: Aggregate, state: string): Attributes {
  const { statistic, key, part } = aggregate;
  if (statistic.spread && part !== undefined) return encodeAttributes({ part: partLabel(statistic.spread, part) });
  const { item } = recall(statistic, key, state, () => ({ item: aggregateItem(aggregate) }));
  return item ? encodeAttributes({ ...statistic.shape(item), ...statistic.indexes(item) }) : {};
}

/** The measures that hold something. */
function filled({ statistic, state }: Aggregate): Record<string, Plain> {
  const held: Record<string, Plain> = {};
  for (const name in state) if (!statistic.measures[name]?.isEmpty(state[name])) held[name] = state[name] as Plain;
  return held;
}

function tooLarge({ statistic, key, state }: Aggregate, bytes: number): AfterwriteError {
  const [largest] = Object.entries(statistic.measures)
    .map(([name, { kind }]) => ({ name, kind, bytes: Buffer.byteLength(JSON.stringify(state[name])) }))
    .sort((a, b) => b.bytes - a.bytes);
  const most = largest ? `; most of it, ${largest.bytes}, is its ${largest.kind} '${largest.name}'` : '';
  return new AfterwriteError(
    'AGGREGATE_TOO_LARGE',
    `${keyText(key)} of statistic '${statistic.name}' would take ${bytes} bytes, DynamoDB holds ${MAX_ITEM_BYTES}${most}`,
    {
      mend: `group by something finer, or give ${largest ? `'${largest.name}'` : 'a measure'} fewer or shorter distinct values (a histogram: a wider step)`,
    },
  );
}

/** Of each statistic, so many items are remembered: what was written comes back as a new image, then as an old one. */
const REMEMBERED = 2_000;
const remembered = new WeakMap<Statistic<unknown>, Recent<Known>>();

interface Known {
  readonly item: Record<string, unknown> | undefined;
}

/** The item of a stored aggregate; the same object for the same group and state, not to be changed. Throws ITEM_MALFORMED. */
export function storedItem(
  statistic: Statistic<unknown>,
  key: Key,
  attributes: Attributes,
): Record<string, unknown> | undefined {
  return recall(statistic, key, textOf(reservedIn(attributes)?.state), () => ({
    item: aggregateItem(aggregateFromAttributes(statistic, key, attributes)),
  })).item;
}

function recall(statistic: Statistic<unknown>, key: Key, state: string | undefined, compute: () => Known): Known {
  let recent = remembered.get(statistic);
  if (recent === undefined) {
    recent = new Recent(REMEMBERED);
    remembered.set(statistic, recent);
  }
  return recent.get(`${keyText(key)}\n${state}`, compute);
}

/** Reads a stored aggregate, or a part of one. The key's placeholders are the group. */
export function aggregateFromAttributes(statistic: Statistic<unknown>, key: Key, attributes: Attributes): Aggregate {
  const group = groupIn(storedGrammar(statistic), key);
  const own = reservedIn(attributes);
  const state = textOf(own?.state);
  if (!group || !own || state === undefined)
    throw new AfterwriteError('ITEM_MALFORMED', `${keyText(key)} is not an aggregate of '${statistic.name}'`, {
      mend: 'somebody else wrote under a key of afterwrite: remove that item, then rebuild the statistic',
    });
  const asOf = attributes.asOf && 'S' in attributes.asOf ? Date.parse(attributes.asOf.S) : 0;
  const empty = emptyAggregate(statistic, group, key);
  return {
    ...empty,
    state: { ...empty.state, ...(JSON.parse(state) as Record<string, Plain>) },
    fences: storedFences(attributes),
    revision: numberOf(own.revision) ?? 0,
    generation: numberOf(own.generation) ?? 1,
    silent: isSet(own.silent),
    asOf,
  };
}

/** The positions that a stored aggregate includes; none where nothing is stored, or where it is no aggregate. */
export function storedFences(attributes: Attributes | undefined): Fences {
  const fences = reservedIn(attributes)?.fences;
  if (!fences || !('M' in fences)) return {};
  const positions: Record<string, string> = {};
  for (const shard in fences.M) positions[shard] = textOf(fences.M[shard]) ?? '';
  return positions;
}

/** The measures' states of a stored aggregate, empty ones left out; none where it is no aggregate. */
export function storedState(attributes: Attributes | undefined): Record<string, Plain> {
  const text = textOf(reservedIn(attributes)?.state);
  return text === undefined ? {} : (JSON.parse(text) as Record<string, Plain>);
}
