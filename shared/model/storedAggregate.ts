import {
  type Aggregate,
  aggregateItem,
  emptyAggregate,
  type Fences,
  isEmptyAggregate,
  toldAggregate,
} from './aggregate.ts';
import { type Attributes, encodeAttribute, encodeAttributes } from './attribute.ts';
import { AfterwriteError } from './errors.ts';
import { checkIndexKeys } from './indexKeys.ts';
import { type Key, keyText } from './keys.ts';
import type { Plain } from './measures/measure.ts';
import { Recent } from './memo.ts';
import { isSet, numberOf, RESERVED_ATTRIBUTE, reservedIn, textOf } from './reserved.ts';
import { itemBytes, MAX_ITEM_BYTES } from './size.ts';
import { groupIn, partLabel, storedGrammar } from './spread.ts';
import type { Statistic } from './statistic.ts';
import type { TableDeclaration } from './system.ts';
import { isoUtc } from './time.ts';

/** The stored form: what people read, what indexes need, and under `afterwrite` the state with its positions. */
export function aggregateToAttributes(aggregate: Aggregate, table: TableDeclaration): Attributes {
  const { statistic, key } = aggregate;
  const text = JSON.stringify(filled(statistic, aggregate.state));
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
      since: aggregate.since,
      fences: aggregate.fences,
      state: text,
      last:
        isEmptyAggregate(aggregate) && aggregate.last ? JSON.stringify(filled(statistic, aggregate.last)) : undefined,
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
function filled(statistic: Statistic<unknown>, state: Aggregate['state']): Record<string, Plain> {
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

/** The item of a stored aggregate, as events and statistics are told of it; the same object for the same group and state, not to be changed. Throws ITEM_MALFORMED. */
export function storedItem(
  statistic: Statistic<unknown>,
  key: Key,
  attributes: Attributes,
): Record<string, unknown> | undefined {
  const own = reservedIn(attributes);
  const [state, last] = [textOf(own?.state), textOf(own?.last)];
  return recall(statistic, key, last === undefined ? state : `${state}\n${last}`, () => ({
    item: aggregateItem(toldAggregate(aggregateFromAttributes(statistic, key, attributes))),
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
  const last = textOf(own.last);
  const complete = (text: string): Aggregate['state'] => ({
    ...empty.state,
    ...(JSON.parse(text) as Record<string, Plain>),
  });
  return {
    ...empty,
    state: complete(state),
    last: last === undefined ? undefined : complete(last),
    fences: storedFences(attributes),
    revision: numberOf(own.revision) ?? 0,
    generation: numberOf(own.generation) ?? 1,
    silent: isSet(own.silent),
    asOf,
    since: storedSince(attributes),
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

/** Of a stored aggregate: when its oldest change was, epoch milliseconds; undefined where nobody knows. */
export const storedSince = (attributes: Attributes): number | undefined => numberOf(reservedIn(attributes)?.since);

/** The measures' states of a stored aggregate, empty ones left out; none where it is no aggregate. */
export function storedState(attributes: Attributes | undefined): Record<string, Plain> {
  const text = textOf(reservedIn(attributes)?.state);
  return text === undefined ? {} : (JSON.parse(text) as Record<string, Plain>);
}
