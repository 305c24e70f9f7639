import type { Attributes } from './attribute.ts';
import { AfterwriteError } from './errors.ts';
import type { TableDeclaration } from './system.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys */
const MAX_BYTES = { partition: 2048, sort: 1024 };

/**
 * The service refuses an item whose index key has another type, is empty or too long. Found before anything is written:
 * a change that is parked must not be counted in some of its groups. Throws DECLARATION_WRONG, without the value.
 */
export function checkIndexKeys(attributes: Attributes, { indexes = [] }: TableDeclaration, item: string): void {
  for (const { name, partition, sort, sortType = 'S' } of indexes) {
    const parts = [
      { attribute: partition, type: 'S', most: MAX_BYTES.partition },
      ...(sort === undefined ? [] : [{ attribute: sort, type: sortType, most: MAX_BYTES.sort }]),
    ];
    for (const { attribute, type, most } of parts) {
      const value = attributes[attribute];
      if (value === undefined || fits(value as Record<string, unknown>, type, most)) continue;
      throw new AfterwriteError('DECLARATION_WRONG', `${item}: '${attribute}' can't be a key of index ${name}`, {
        mend: `let 'indexes' or 'shape' give ${type === 'N' ? 'a number' : `a text of 1 to ${most} bytes`}, or leave it out`,
      });
    }
  }
}

function fits(value: Record<string, unknown>, type: string, most: number): boolean {
  const text = value[type];
  return typeof text === 'string' && text !== '' && Buffer.byteLength(text) <= most;
}
