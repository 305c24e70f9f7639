import type { z } from 'zod';
import { thrownBy, wrong } from './errors.ts';
import { isoUtc, isTime } from './time.ts';

/**
 * A moment that an item names, and at which nobody writes: a hold ends, an invitation runs out. afterwrite then sets a field of the
 * item to that moment, as text. So it is a write like any other, to statistics, events, archive and replay.
 *
 * States of an item: open (the field is not set, a moment is named) -> passed (it is set). What the table's TTL takes
 * behind the moment, before the field was set, counts as passed.
 */
export interface Deadline<Item> {
  /** Of the schema; the writer leaves it alone. */
  readonly field: string;
  /** Epoch milliseconds; undefined: the item names none. */
  at(item: Item): number | undefined;
}

export type DeadlineDeclaration<Item> = Readonly<Record<string, (item: Item) => number | undefined>>;

interface Of {
  readonly path: string;
  readonly schema: z.ZodObject;
  readonly example: unknown;
  /** Fields of the key, and secrets. */
  readonly taken: readonly string[];
}

/** Throws DECLARATION_WRONG. */
export function deadlinesOf<Item>(
  declared: DeadlineDeclaration<Item> = {},
  { path, schema, example, taken }: Of,
): Deadline<Item>[] {
  return Object.entries(declared).map(([field, at]) => {
    const own = `${path}.deadlines.${field}`;
    const mend = `declare '${field}: timestamp().optional()', which is neither secret nor part of the key`;
    if (!Object.hasOwn(schema.shape, field) || taken.includes(field)) throw wrong(own, 'that is no field to set', mend);
    const { [field]: _set, ...open } = example as Record<string, unknown>;
    for (const item of [open, { ...open, [field]: isoUtc(0) }])
      if (!schema.safeParse(item).success)
        throw wrong(own, 'an item may not lack it, or may not have a moment there', mend);
    return { field, at: (item) => momentOf(own, () => at(item)) };
  });
}

function momentOf(path: string, tell: () => number | undefined): number | undefined {
  try {
    const at = tell();
    if (at !== undefined && !isTime(at)) throw new RangeError('no time');
    return at;
  } catch (error) {
    throw thrownBy(path, error, 'mend the function: what it throws on passes no deadline');
  }
}

/** Those that an item names, and that are not set. Throws what a declared function throws. */
export const openDeadlines = <Item>(
  deadlines: readonly Deadline<Item>[],
  item: Item,
): { readonly field: string; readonly at: number }[] =>
  deadlines.flatMap(({ field, at }) => {
    const moment = Reflect.get(item as object, field) === undefined ? at(item) : undefined;
    return moment === undefined ? [] : [{ field, at: moment }];
  });

/** The fields to set in an item by then. @param now epoch milliseconds */
export const passedBy = <Item>(
  deadlines: readonly Deadline<Item>[],
  item: Item,
  now: number,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    openDeadlines(deadlines, item)
      .filter(({ at }) => at <= now)
      .map(({ field, at }) => [field, isoUtc(at)]),
  );
