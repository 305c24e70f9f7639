import type Big from 'big.js';
import { exactFromText, exactToText, isBig } from './decimal.ts';

/**
 * An attribute in DynamoDB's own typed form, as streams, tables and the journal hold it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
export type Attribute =
  | { S: string }
  | { N: string }
  | { B: Uint8Array }
  | { BOOL: boolean }
  | { NULL: boolean }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: Uint8Array[] }
  | { L: Attribute[] }
  | { M: Record<string, Attribute> };

export type Attributes = Record<string, Attribute>;

/** What code works with. A number that JavaScript can't hold exactly arrives as a Big. */
export type Native =
  | null
  | boolean
  | string
  | number
  | Big
  | Uint8Array
  | Set<string | number | Big | Uint8Array>
  | Native[]
  | { [name: string]: Native };

export function decodeAttribute(attribute: Attribute): Native {
  if ('S' in attribute) return attribute.S;
  if ('N' in attribute) return exactFromText(attribute.N);
  if ('BOOL' in attribute) return attribute.BOOL;
  if ('M' in attribute) return decodeAttributes(attribute.M);
  if ('L' in attribute) return attribute.L.map(decodeAttribute);
  if ('NULL' in attribute) return null;
  if ('SS' in attribute) return new Set(attribute.SS);
  if ('NS' in attribute) return new Set(attribute.NS.map(exactFromText));
  if ('BS' in attribute) return new Set(attribute.BS);
  return attribute.B;
}

export const decodeAttributes = (attributes: Attributes): Record<string, Native> =>
  Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, decodeAttribute(attribute)]));

/** The typed form of a plain value; `undefined` members are left out. Throws TypeError on what DynamoDB can't hold. */
export function encodeAttribute(value: unknown): Attribute {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: encodeNumber(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (value === null) return { NULL: true };
  if (isBig(value)) return { N: exactToText(value) };
  if (value instanceof Uint8Array) return { B: value };
  if (value instanceof Set) return encodeSet([...value]);
  if (Array.isArray(value)) return { L: value.map(encodeAttribute) };
  if (typeof value === 'object') return { M: encodeAttributes(value as Record<string, unknown>) };
  throw new TypeError(`DynamoDB has no attribute type for a ${typeof value}`);
}

export function encodeAttributes(values: Record<string, unknown>): Attributes {
  const attributes: Attributes = {};
  for (const name in values) {
    if (values[name] === undefined) continue;
    // Assigned, this one name would set the object's prototype.
    if (name !== '__proto__') attributes[name] = encodeAttribute(values[name]);
    else Object.defineProperty(attributes, name, { value: encodeAttribute(values[name]), enumerable: true });
  }
  return attributes;
}

function encodeNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('DynamoDB has no NaN and no infinity');
  return exactToText(value);
}

function encodeSet(members: unknown[]): Attribute {
  if (members.every((member) => typeof member === 'string')) return { SS: members };
  if (members.every((member) => member instanceof Uint8Array)) return { BS: members };
  return { NS: members.map((member) => exactToText(member as number | Big)) };
}
