import { canonical } from './canonical.ts';
import type { Condition } from './event.ts';
import type { Source } from './source.ts';

/** What an item was and is, of one thing about it. */
export interface Transition<Value> {
  readonly from: Value;
  readonly to: Value;
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
