import type { Attribute, Attributes } from '../../../shared/model/attribute.ts';
import type { TableDeclaration } from '../../../shared/model/system.ts';

type Index = NonNullable<TableDeclaration['indexes']>[number];

/** Items of one index partition, greatest sort key first: those that have both of the index's keys, in the right type. */
export function memoryIndex(items: Iterable<Attributes>, index: Index, partition: string): Attributes[] {
  const type = index.sortType ?? 'S';
  const of = (item: Attributes): string | undefined =>
    index.sort === undefined ? '' : attributeText(item[index.sort], type);
  const members = [...items].filter(
    (item) => attributeText(item[index.partition], 'S') === partition && of(item) !== undefined,
  );
  const compare = (a: string, b: string): number =>
    type === 'N' ? Number(b) - Number(a) : Buffer.compare(Buffer.from(b), Buffer.from(a));
  return members.sort((a, b) => compare(of(a) ?? '', of(b) ?? ''));
}

/** A table refuses an item whose index key has another type than the index. */
export const fitsIndexes = (item: Attributes, { indexes = [] }: TableDeclaration): boolean =>
  indexes.every(
    ({ partition, sort, sortType = 'S' }) =>
      (item[partition] === undefined || attributeText(item[partition], 'S') !== undefined) &&
      (sort === undefined || item[sort] === undefined || attributeText(item[sort], sortType) !== undefined),
  );

function attributeText(attribute: Attribute | undefined, type: 'S' | 'N'): string | undefined {
  if (attribute && type === 'S' && 'S' in attribute) return attribute.S;
  return attribute && type === 'N' && 'N' in attribute ? attribute.N : undefined;
}
