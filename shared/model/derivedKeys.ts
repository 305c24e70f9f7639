import { encodeAttributes } from './attribute.ts';
import { wrong } from './errors.ts';
import { checkIndexKeys, keysOfIndex } from './indexKeys.ts';
import type { OwnTable } from './tables.ts';

/** What an entity gives to indexes is a key of one, and nothing that its writer says anyway. Throws DECLARATION_WRONG. */
export function checkDerivedKeys(
  path: string,
  { fields }: { readonly fields: readonly string[] },
  given: object,
  table: OwnTable,
): void {
  const { indexes = [], partitionKey, sortKey } = table;
  const own = [...fields, partitionKey, sortKey];
  const keys = indexes.flatMap(keysOfIndex).filter((name) => !own.includes(name));
  const astray = Object.keys(given).find((name) => !keys.includes(name));
  if (astray !== undefined)
    throw wrong(
      path,
      own.includes(astray) ? `'${astray}' is a field of the item` : `'${astray}' is no key of an index`,
      keys.length > 0 ? `give one of: ${keys.join(', ')}` : "declare the index in the table's 'indexes'",
    );
  checkIndexKeys(encodeAttributes({ ...given }), table, path);
}
