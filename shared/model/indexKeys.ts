import type { Attributes } from './attribute.ts';
import { wrong } from './errors.ts';
import type { OwnTable } from './tables.ts';

type Index = NonNullable<OwnTable['indexes']>[number];

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys */
const MAX_BYTES = { partition: 2048, sort: 1024 };

/** The attributes that an index has its keys in. */
export const keysOfIndex = ({ partition, sort }: Index): string[] =>
  sort === undefined ? [partition] : [partition, sort];

/** Whether an item has an entry in an index: one that lacks a key of it is not there. */
export const isInIndex = (item: Attributes, { partition, sort }: Index): boolean =>
  item[partition] !== undefined && (sort === undefined || item[sort] !== undefined);

/** Found before anything is written: a change that is parked must not be counted in some of its groups. Throws DECLARATION_WRONG, without the value. */
export function checkIndexKeys(attributes: Attributes, table: Pick<OwnTable, 'indexes'>, item: string): void {
  const unfit = unfitIndexKey(attributes, table);
  if (unfit) throw wrong(item, unfit.what, unfit.mend);
}

/** The service refuses an item whose index key has another type, is empty or too long. Undefined: all fit. */
export function unfitIndexKey(
  attributes: Attributes,
  { indexes = [] }: Pick<OwnTable, 'indexes'>,
): { readonly what: string; readonly mend: string } | undefined {
  for (const { name, partition, sort, sortType = 'S' } of indexes) {
    const parts = [
      { attribute: partition, type: 'S', most: MAX_BYTES.partition },
      ...(sort === undefined ? [] : [{ attribute: sort, type: sortType, most: MAX_BYTES.sort }]),
    ];
    for (const { attribute, type, most } of parts) {
      const value = attributes[attribute];
      if (value === undefined || fits(value as Record<string, unknown>, type, most)) continue;
      const wanted = type === 'N' ? 'a number' : `a text of 1 to ${most} bytes`;
      return {
        what: `'${attribute}' can't be a key of index ${name}`,
        mend: `let 'indexes' or 'shape' give ${wanted}, or leave it out`,
      };
    }
  }
  return undefined;
}

function fits(value: Record<string, unknown>, type: string, most: number): boolean {
  const text = value[type];
  return typeof text === 'string' && text !== '' && Buffer.byteLength(text) <= most;
}
