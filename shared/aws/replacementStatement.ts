import type { Attribute, Attributes } from '../model/attribute.ts';
import { isInIndex } from '../model/indexKeys.ts';
import { RESERVED_ATTRIBUTE } from '../model/reserved.ts';
import type { TableDeclaration } from '../model/system.ts';
import type { Replacement } from '../ports/tableStore.ts';
import type { ConditionalWrite } from './statements.ts';

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * A replacement as a statement. Not where the item is in an index: such statements took twice as long as puts
 * (DynamoDB Local). Not where it is not known which attributes must go.
 * @param keys the item's key attributes
 */
export function replacementStatement(
  table: string,
  { indexes = [] }: TableDeclaration,
  keys: Attributes,
  { item, revision, dropped }: Replacement,
): ConditionalWrite['statement'] {
  if (indexes.some((index) => isInIndex(item, index))) return undefined;
  const names = Object.keys(item);
  if (revision === 0) {
    const members = names.map((name) => `'${name.replaceAll("'", "''")}': ?`);
    return { text: `INSERT INTO ${quoted(table)} VALUE {${members.join(', ')}}`, parameters: Object.values(item) };
  }
  if (!dropped) return undefined;
  const set = names.filter((name) => keys[name] === undefined);
  const changes = [...set.map((name) => `SET ${quoted(name)} = ?`), ...dropped.map((name) => `REMOVE ${quoted(name)}`)];
  const held = [...Object.keys(keys).map(quoted), `${quoted(RESERVED_ATTRIBUTE)}."revision"`];
  const where = held.map((name) => `${name} = ?`);
  return {
    text: `UPDATE ${quoted(table)} ${changes.join(' ')} WHERE ${where.join(' AND ')}`,
    parameters: [...set.map((name) => item[name] as Attribute), ...Object.values(keys), { N: String(revision) }],
  };
}
