import type { z } from 'zod';
import { canonical } from './canonical.ts';
import type { Source } from './source.ts';

/**
 * Who or what made a change. `ttl-inferred`: expired, but the record lacks the service's identity (replicas, emulators).
 * `snapshot`: none was made, the item was there when afterwrite was attached; only the journal has it.
 */
export type Cause = 'write' | 'delete' | 'ttl' | 'ttl-inferred' | 'archived' | 'restored' | 'snapshot';

/** One change of one item, decoded: what event rules decide on. */
export interface ItemChange<Item> {
  readonly cause: Cause;
  /** Stream time, epoch milliseconds, floored to a second by DynamoDB: no ordering key. */
  readonly at: number;
  readonly old: Item | undefined;
  readonly new: Item | undefined;
  /** The id of the bundle that holds the copy, and whether this was the head of its collection; where the cause is `archived`. */
  readonly archived: { bundle: string; head: boolean } | undefined;
}

/** Decides whether a change of one source asks for events: one for each hit, in order. */
export interface Condition<Item, Hit> {
  readonly of: Source<Item>;
  hits(change: ItemChange<Item>): readonly Hit[];
  /** What declarations are tried with when they are loaded, and what examples tell. */
  readonly probe?: { readonly hit: Hit; readonly cause: Cause };
}

/**
 * A declared event. `Type` and `Data` are what subscribers are typed by. A version that breaks with the one before stands
 * beside it, as a rule of the same type: both are published, with one id, for as long as both are declared.
 */
export interface EventRule<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly version: number;
  readonly of: Source<unknown>;
  /** Versions of one type share one condition: what is one happening to one version is one to all. */
  readonly when: object;
  readonly schema: z.ZodType<Data>;
  readonly description: string;
  /** The version of the package in which it came. */
  readonly since: string;
  /** The day (UTC, yyyy-mm-dd) up to which at least this version is published; absent: no end is known. */
  readonly until: string | undefined;
  readonly example: Data;
  readonly probe: { readonly hit: unknown; readonly cause: Cause } | undefined;
  hits(change: ItemChange<unknown>): readonly unknown[];
  data(change: ItemChange<unknown>, hit: unknown): unknown;
}

export interface EventDeclaration<Item, Hit, Data> {
  version: number;
  /** The version of the package in which it came. */
  since: string;
  /** The last day, yyyy-mm-dd, of a version that another one follows. */
  until?: string;
  when: Condition<Item, Hit>;
  /** The event's data, field by field; never an image. */
  schema: z.ZodType<Data>;
  data: (item: Item, hit: Hit, change: ItemChange<Item>) => NoInfer<Data>;
  /** Data as subscribers may see it. */
  example: NoInfer<Data>;
  /** When it is published. */
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
    when: declaration.when,
    schema: declaration.schema,
    description: declaration.description,
    since: declaration.since,
    until: declaration.until,
    example: declaration.example,
    probe: declaration.when.probe,
    hits: (change) => declaration.when.hits(change as ItemChange<Item>),
    data: (change, hit) => declaration.data((change.new ?? change.old) as Item, hit as Hit, change as ItemChange<Item>),
  };
}

/** A new item that fits. */
export function inserted<Item>(of: Source<Item>, fits: (item: Item) => boolean): Condition<Item, true> {
  return {
    of,
    probe: { hit: true, cause: 'write' },
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
  probe: { hit: thresholds[0] ?? 0, cause: 'write' },
  hits: (change) => between(thresholds, level(change.old, pick), level(change.new, pick)),
});

/** A number fell below thresholds: a hit for each, highest first. */
export const fallsBelow = <Item>(
  of: Source<Item>,
  pick: Measured<Item>,
  thresholds: readonly number[],
): Condition<Item, number> => ({
  of,
  probe: { hit: thresholds[0] ?? 0, cause: 'write' },
  hits: (change) => between(thresholds, level(change.new, pick), level(change.old, pick)).reverse(),
});

/** The head of a collection left the table for the archive. */
export function headArchived<Item>(of: Source<Item>): Condition<Item, { bundle: string }> {
  return {
    of,
    probe: { hit: { bundle: '0123456789abcdef01234567' }, cause: 'archived' },
    hits: ({ cause, archived }) => (cause === 'archived' && archived?.head ? [{ bundle: archived.bundle }] : []),
  };
}

/** An immutable item was modified, or deleted by a user: a hit with the names of the fields that differ. */
export function violated<Item extends object>(of: Source<Item>): Condition<Item, { fields: string[] }> {
  return {
    of,
    probe: { hit: { fields: [] }, cause: 'write' },
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
