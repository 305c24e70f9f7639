import type { z } from 'zod';
import { canonical } from './canonical.ts';
import type { Source } from './source.ts';

/** Who or what made a change. `ttl-inferred`: expired, but the record lacks the service's identity (replicas, emulators). */
export type Cause = 'write' | 'delete' | 'ttl' | 'ttl-inferred' | 'archived' | 'restored';

/** One change of one item, decoded: what event rules decide on. */
export interface ItemChange<Item> {
  readonly cause: Cause;
  readonly old: Item | undefined;
  readonly new: Item | undefined;
  /** The id of the bundle that holds the copy, and whether this was the head of its collection; where the cause is `archived`. */
  readonly archived: { bundle: string; head: boolean } | undefined;
}

/** Decides whether a change of one source asks for events: one for each hit, in order. */
export interface Condition<Item, Hit> {
  readonly of: Source<Item>;
  hits(change: ItemChange<Item>): readonly Hit[];
}

/** A declared event. `Type` and `Data` are what subscribers are typed by. */
export interface EventRule<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly version: number;
  readonly of: Source<unknown>;
  readonly schema: z.ZodType<Data>;
  readonly description: string;
  hits(change: ItemChange<unknown>): readonly unknown[];
  data(change: ItemChange<unknown>, hit: unknown): unknown;
}

export interface EventDeclaration<Item, Hit, Data> {
  version: number;
  when: Condition<Item, Hit>;
  /** The event's data, field by field; never an image. */
  schema: z.ZodType<Data>;
  data: (item: Item, hit: Hit, change: ItemChange<Item>) => NoInfer<Data>;
  description: string;
}

export function event<const Type extends string, Item, Hit, Data>(
  type: Type,
  declaration: EventDeclaration<Item, Hit, Data>,
): EventRule<Type, Data> {
  return {
    type,
    version: declaration.version,
    of: declaration.when.of as Source<unknown>,
    schema: declaration.schema,
    description: declaration.description,
    hits: (change) => declaration.when.hits(change as ItemChange<Item>),
    data: (change, hit) => declaration.data((change.new ?? change.old) as Item, hit as Hit, change as ItemChange<Item>),
  };
}

/** A new item that fits. */
export function inserted<Item>(of: Source<Item>, fits: (item: Item) => boolean): Condition<Item, true> {
  return {
    of,
    hits: ({ cause, old, new: item }) =>
      cause === 'write' && old === undefined && item !== undefined && fits(item) ? [true] : [],
  };
}

type Measured<Item> = (item: Item) => number | null;

/** A number reached or passed thresholds upwards: a hit for each, lowest first. */
export const passes = <Item>(
  of: Source<Item>,
  pick: Measured<Item>,
  thresholds: readonly number[],
): Condition<Item, number> => ({
  of,
  hits: (change) => between(thresholds, level(change.old, pick), level(change.new, pick)),
});

/** A number fell below thresholds: a hit for each, highest first. */
export const fallsBelow = <Item>(
  of: Source<Item>,
  pick: Measured<Item>,
  thresholds: readonly number[],
): Condition<Item, number> => ({
  of,
  hits: (change) => between(thresholds, level(change.new, pick), level(change.old, pick)).reverse(),
});

/** The head of a collection left the table for the archive. */
export function headArchived<Item>(of: Source<Item>): Condition<Item, { bundle: string }> {
  return {
    of,
    hits: ({ cause, archived }) => (cause === 'archived' && archived?.head ? [{ bundle: archived.bundle }] : []),
  };
}

/** An immutable item was modified, or deleted by a user: a hit with the names of the fields that differ. */
export function violated<Item extends object>(of: Source<Item>): Condition<Item, { fields: string[] }> {
  return {
    of,
    hits: ({ cause, old, new: item }) => {
      if (old === undefined || (cause !== 'write' && cause !== 'delete')) return [];
      return [{ fields: item === undefined ? [] : differing(old, item) }];
    },
  };
}

/** Thresholds above `low` and up to `high`, lowest first. */
const between = (thresholds: readonly number[], low: number, high: number): number[] =>
  thresholds.filter((t) => low < t && t <= high).sort((a, b) => a - b);

/** Nothing there, and no number there, lie below every threshold. */
const level = <Item>(item: Item | undefined, pick: Measured<Item>): number =>
  (item === undefined ? null : pick(item)) ?? Number.NEGATIVE_INFINITY;

function differing(a: object, b: object): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].filter((name) => canonical(Reflect.get(a, name)) !== canonical(Reflect.get(b, name))).sort();
}
