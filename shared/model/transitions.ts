import { canonical } from './canonical.ts';
import { openDeadlines } from './deadline.ts';
import type { Entity } from './entity.ts';
import { wrong } from './errors.ts';
import type { Condition } from './event.ts';
import type { Source } from './source.ts';
import { isoUtc } from './time.ts';

/** What an item was and is, of one thing about it. */
export interface Transition<Value> {
  readonly from: Value;
  readonly to: Value;
}

/** Every write of an item: the first, and those that replace it. */
export const written = <Item>(of: Source<Item>): Condition<Item, true> => ({
  of,
  probe: { hit: true, cause: 'write' },
  hits: ({ cause, new: item }) => (cause === 'write' && item !== undefined ? [true] : []),
});

/** A user deleted it. */
export const deleted = <Item>(of: Source<Item>): Condition<Item, true> => ({
  of,
  probe: { hit: true, cause: 'delete' },
  hits: ({ cause }) => (cause === 'delete' ? [true] : []),
});

/** Written so that it fits, as it did not before: a new item too. */
export function became<Item>(of: Source<Item>, fits: (item: Item) => boolean): Condition<Item, true> {
  return {
    of,
    probe: { hit: true, cause: 'write' },
    hits: ({ cause, old, new: item }) =>
      cause === 'write' && item !== undefined && fits(item) && !(old !== undefined && fits(old)) ? [true] : [],
  };
}

/** An item that was there was written so that a value of it differs, in content. @param fits of these, which; absent: all */
export function changed<Item, Value>(
  of: Source<Item>,
  pick: (item: Item) => Value,
  fits: (from: Value, to: Value) => boolean = () => true,
): Condition<Item, Transition<Value>> {
  const probed = pick(of.example);
  return {
    of,
    probe: { hit: { from: probed, to: probed }, cause: 'write' },
    hits: ({ cause, old, new: item }) => {
      if (cause !== 'write' || old === undefined || item === undefined) return [];
      const [from, to] = [pick(old), pick(item)];
      return canonical(from) !== canonical(to) && fits(from, to) ? [{ from, to }] : [];
    },
  };
}

/** An item that fits is there no more: its user deleted it; of a statistic, nothing is left in its group. */
export function removed<Item>(of: Source<Item>, fits: (item: Item) => boolean = () => true): Condition<Item, true> {
  return {
    of,
    probe: { hit: true, cause: 'delete' },
    hits: ({ cause, old, new: item }) =>
      (cause === 'write' || cause === 'delete') && old !== undefined && item === undefined && fits(old) ? [true] : [],
  };
}

interface Rise {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** Values by id, of which some rose between two versions of a group: a hit for each, by id. What is not there has none: 0. */
export function rose<Item>(
  of: Source<Item>,
  pick: (item: Item) => Readonly<Record<string, number>>,
  fits: (item: Item) => boolean = () => true,
): Condition<Item, Rise> {
  return {
    of,
    probe: { hit: { id: '', from: 0, to: 1 }, cause: 'write' },
    hits: ({ cause, old, new: item }) => {
      if (cause !== 'write' || item === undefined || !fits(item)) return [];
      const before = new Map(old === undefined ? [] : Object.entries(pick(old)));
      return Object.entries(pick(item))
        .map(([id, to]) => ({ id, from: before.get(id) ?? 0, to }))
        .filter(({ from, to }) => to > from)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },
  };
}

/** Conditions of one source, by name: a hit for each that has any. */
export function anyOf<Item, Name extends string>(
  conditions: Readonly<Record<Name, Condition<Item, unknown>>>,
): Condition<Item, { which: Name }> {
  const named = Object.entries(conditions) as [Name, Condition<Item, unknown>][];
  const [first] = named;
  if (!first || named.some(([, { of }]) => of !== first[1].of))
    throw wrong('anyOf', 'its conditions are none, or of several sources', 'give conditions of one source');
  return {
    of: first[1].of,
    probe: { hit: { which: first[0] }, cause: 'write' },
    hits: (change) => named.flatMap(([which, condition]) => (condition.hits(change).length > 0 ? [{ which }] : [])),
  };
}

/** A deadline passed: its field was set, or the table's TTL took the item behind that moment, before it was. */
export function deadlinePassed<Item>(of: Entity<Item>, field: keyof Item & string): Condition<Item, { at: string }> {
  const noted = (item: Item): unknown => Reflect.get(item as object, field);
  return {
    of,
    probe: { hit: { at: isoUtc(0) }, cause: 'write' },
    hits: ({ cause, at: now, old, new: item }) => {
      if (cause === 'write' && old !== undefined && item !== undefined)
        return noted(old) === undefined && noted(item) !== undefined ? [{ at: String(noted(item)) }] : [];
      if (old === undefined || (cause !== 'ttl' && cause !== 'ttl-inferred')) return [];
      return openDeadlines(of.deadlines, old)
        .filter((deadline) => deadline.field === field && deadline.at <= now)
        .map(({ at }) => ({ at: isoUtc(at) }));
    },
  };
}
