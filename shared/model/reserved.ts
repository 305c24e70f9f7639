import type { Attribute, Attributes } from './attribute.ts';

/** The attribute that holds what afterwrite keeps in an item: the positions of an aggregate, the mark of a leaving item. */
export const RESERVED_ATTRIBUTE = 'afterwrite';

/** What afterwrite keeps in an item; undefined where it keeps nothing. */
export function reservedIn(item: Attributes | undefined): Readonly<Record<string, Attribute>> | undefined {
  const own = item?.[RESERVED_ATTRIBUTE];
  return own && 'M' in own ? own.M : undefined;
}

export const textOf = (attribute: Attribute | undefined): string | undefined =>
  attribute && 'S' in attribute ? attribute.S : undefined;

export const numberOf = (attribute: Attribute | undefined): number | undefined =>
  attribute && 'N' in attribute ? Number(attribute.N) : undefined;

export const isSet = (attribute: Attribute | undefined): boolean =>
  attribute !== undefined && 'BOOL' in attribute && attribute.BOOL;
