import { canonical } from './canonical.ts';
import { openDeadlines } from './deadline.ts';
import type { Entity } from './entity.ts';
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
