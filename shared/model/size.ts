import type { Attribute, Attributes } from './attribute.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items */
export const MAX_ITEM_BYTES = 400 * 1024;

/** Overhead of a list or a map, and of each member in it. */
const DOCUMENT_BYTES = 3;
const MEMBER_BYTES = 1;

/** Bytes of an item as DynamoDB counts them. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
export function itemBytes(item: Attributes): number {
  let bytes = 0;
  for (const name in item) bytes += Buffer.byteLength(name) + attributeBytes(item[name] as Attribute);
  return bytes;
}

function attributeBytes(attribute: Attribute): number {
  if ('S' in attribute) return Buffer.byteLength(attribute.S);
  if ('N' in attribute) return numberBytes(attribute.N);
  if ('M' in attribute) return DOCUMENT_BYTES + itemBytes(attribute.M) + MEMBER_BYTES * Object.keys(attribute.M).length;
  if ('L' in attribute)
    return attribute.L.reduce((sum, member) => sum + MEMBER_BYTES + attributeBytes(member), DOCUMENT_BYTES);
  if ('B' in attribute) return attribute.B.byteLength;
  if ('SS' in attribute) return attribute.SS.reduce((sum, member) => sum + Buffer.byteLength(member), 0);
  if ('NS' in attribute) return attribute.NS.reduce((sum, member) => sum + numberBytes(member), 0);
  if ('BS' in attribute) return attribute.BS.reduce((sum, member) => sum + member.byteLength, 0);
  return 1;
}

/** A byte for two significant digits, one more, and one for the sign. */
function numberBytes(text: string): number {
  const digits = text.replace(/^-|\.|[eE].*$/g, '').replace(/^0+|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}
