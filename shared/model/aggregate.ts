import { type Attributes, encodeAttribute, encodeAttributes } from './attribute.ts';
import { RESERVED_ATTRIBUTE } from './checks.ts';
import { AfterwriteError } from './errors.ts';
import { type Key, keyText } from './keys.ts';
import type { Plain } from './measures/measure.ts';
import { itemBytes, MAX_ITEM_BYTES } from './size.ts';
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
  const state = Object.fromEntries(
    Object.entries(statistic.measures).map(([name, measure]) => [name, measure.empty as Plain]),
  );
  return { statistic, group, key, state, fences: {}, revision: 0, generation: 1, silent: false, asOf: 0 };
}

/** The measures after contributions are taken back and added. */
export function applyInputs(
  aggregate: Aggregate,
  removed: Contribution['add'][],
  added: Contribution['add'][],
): Aggregate['state'] {
  const next: Record<string, Plain> = { ...aggregate.state };
  for (const [name, measure] of Object.entries(aggregate.statistic.measures)) {
    const out = inputsOf(removed, name);
    const into = inputsOf(added, name);
    // An update mostly adds to a measure what it takes back from it.
    const same = out.length === into.length && out.every((input, i) => input === into[i]);
    if (!same) next[name] = measure.apply(next[name], out, into) as Plain;
  }
  return next;
}

function inputsOf(contributions: Contribution['add'][], name: string): unknown[] {
  const inputs: unknown[] = [];
  for (const { [name]: input } of contributions) if (input !== undefined) inputs.push(input);
  return inputs;
}

const isEmptyAggregate = ({ statistic, state }: Aggregate): boolean =>
  Object.entries(statistic.measures).every(([name, measure]) => measure.isEmpty(state[name]));

/** What later statistics and events are given; undefined where nothing is left in the group. */
export function aggregateItem(aggregate: Aggregate): Record<string, unknown> | undefined {
  if (isEmptyAggregate(aggregate)) return undefined;
  const views = Object.entries(aggregate.statistic.measures).map(([name, measure]) => [
    name,
    measure.view(aggregate.state[name]),
  ]);
  return { ...aggregate.group, ...Object.fromEntries(views) };
}

/** The measures whose view can't be told from their state any more: the group must be read again for them. */
export const unknownMeasures = ({ statistic, state }: Aggregate): string[] =>
  Object.entries(statistic.measures)
    .filter(([name, measure]) => measure.isUnknown?.(state[name]) === true)
    .map(([name]) => name);

/** The stored form: what people read, what indexes need, and under `afterwrite` the state with its positions. */
export function aggregateToAttributes(aggregate: Aggregate, table: TableDeclaration): Attributes {
  const { statistic, key } = aggregate;
  const item = aggregateItem(aggregate);
  const attributes: Attributes = {
    ...(item && encodeAttributes({ ...statistic.shape(item), ...statistic.indexes(item) })),
    [table.partitionKey]: { S: key.pk },
    ...(table.sortKey !== undefined && { [table.sortKey]: { S: key.sk ?? '' } }),
    asOf: { S: isoUtc(aggregate.asOf) },
    [RESERVED_ATTRIBUTE]: encodeAttribute({
      statistic: statistic.name,
      revision: aggregate.revision,
      generation: aggregate.generation,
      silent: aggregate.silent || undefined,
      fences: aggregate.fences,
      state: JSON.stringify(
        Object.fromEntries(
          Object.entries(aggregate.state).filter(([name, state]) => !statistic.measures[name]?.isEmpty(state)),
        ),
      ),
    }),
  };
  const bytes = itemBytes(attributes);
  if (bytes > MAX_ITEM_BYTES) throw tooLarge(aggregate, bytes);
  return attributes;
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

/** Reads a stored aggregate. The key's placeholders are the group. */
export function aggregateFromAttributes(statistic: Statistic<unknown>, key: Key, attributes: Attributes): Aggregate {
  const group = statistic.key.match(key);
  const own = attributes[RESERVED_ATTRIBUTE];
  if (!group || !own || !('M' in own) || !own.M.state || !('S' in own.M.state))
    throw new AfterwriteError('ITEM_MALFORMED', `${keyText(key)} is not an aggregate of '${statistic.name}'`, {
      mend: 'somebody else wrote under a key of afterwrite: remove that item, then rebuild the statistic',
    });
  const { state, revision, generation, silent } = own.M;
  const asOf = attributes.asOf && 'S' in attributes.asOf ? Date.parse(attributes.asOf.S) : 0;
  const empty = emptyAggregate(statistic, group, key);
  return {
    ...empty,
    state: { ...empty.state, ...(JSON.parse(state.S) as Record<string, Plain>) },
    fences: storedFences(attributes),
    revision: revision && 'N' in revision ? Number(revision.N) : 0,
    generation: generation && 'N' in generation ? Number(generation.N) : 1,
    silent: silent !== undefined && 'BOOL' in silent && silent.BOOL,
    asOf,
  };
}

/** The positions that a stored aggregate includes; none where nothing is stored, or where it is no aggregate. */
export function storedFences(attributes: Attributes | undefined): Fences {
  const own = attributes?.[RESERVED_ATTRIBUTE];
  const fences = own && 'M' in own ? own.M.fences : undefined;
  if (!fences || !('M' in fences)) return {};
  return Object.fromEntries(Object.entries(fences.M).map(([shard, s]) => [shard, 'S' in s ? s.S : '']));
}

/** The measures' states of a stored aggregate, empty ones left out; none where it is no aggregate. */
export function storedState(attributes: Attributes | undefined): Record<string, Plain> {
  const own = attributes?.[RESERVED_ATTRIBUTE];
  const state = own && 'M' in own ? own.M.state : undefined;
  return state && 'S' in state ? (JSON.parse(state.S) as Record<string, Plain>) : {};
}
