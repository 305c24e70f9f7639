import type { Attributes } from './attribute.ts';
import { wrong } from './errors.ts';
import type { Key, KeyPattern } from './keys.ts';
import { reservedIn } from './reserved.ts';

interface IndexDeclaration {
  readonly name: string;
  readonly partition: string;
  /** Absent: it has none. */
  readonly sort?: string;
  /** DynamoDB type of the sort key; text where absent. */
  readonly sortType?: 'S' | 'N';
  /** Other attributes that it holds; absent: all of them. */
  readonly include?: readonly string[];
}

/** A table as DynamoDB has it. */
export interface OwnTable {
  name(stage: string): string;
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** The attribute that DynamoDB's TTL reads, epoch seconds. */
  readonly ttl?: string;
  readonly indexes?: readonly IndexDeclaration[];
}

/** One of several tables that a system reads as one. */
export interface TablePart {
  readonly name: string;
  readonly table: OwnTable;
}

/** Several tables, as one. */
export interface TablesAsOne extends OwnTable {
  readonly parts: readonly TablePart[];
}

/** What an item of several tables is known by: the table's name and its own partition key. No table holds it. */
export const ITEM_KEY = 'afterwriteKey';
const SEPARATOR = '#';
const PATH = 'table.parts';

/**
 * Several tables as one, each with a stream of its own: an item's partition key is `<table>#<own key>`, and so are the key
 * grammars of entities and statistics written. Everything above the ports sees one table. A statistic lives in the table that
 * its grammar names, which is streamed as well. Throws DECLARATION_WRONG.
 * @param name stands for all of them where the archive, or a person, needs one
 */
export function tablesAsOne(name: OwnTable['name'], tables: Readonly<Record<string, OwnTable>>): TablesAsOne {
  const parts = Object.entries(tables).map(([part, table]) => ({ name: part, table }));
  const [first] = parts;
  if (!first) throw wrong(PATH, 'there is none', 'name the tables');
  const { sortKey, ttl } = first.table;
  for (const { name: part, table } of parts) {
    if (!/^[a-z][a-z0-9_-]*$/.test(part))
      throw wrong(`${PATH}.${part}`, 'that is no name', 'take small letters, digits, - and _');
    if (table.sortKey !== sortKey)
      throw wrong(
        `${PATH}.${part}.sortKey`,
        'tables that are read as one have one sort key, or none',
        'make a system of each',
      );
    if (table.ttl !== ttl && table.ttl !== undefined && ttl !== undefined)
      throw wrong(`${PATH}.${part}.ttl`, `it is '${table.ttl}', and '${ttl}' elsewhere`, 'make a system of each');
  }
  const indexes = parts.flatMap(({ table }) => table.indexes ?? []);
  const twice = indexes.find(({ name: index }, i) => indexes.findIndex((other) => other.name === index) !== i);
  if (twice) throw wrong(`${PATH}.indexes`, `'${twice.name}' is the name of two`, 'name each index differently');
  const expiry = parts.map(({ table }) => table.ttl).find((attribute) => attribute !== undefined);
  return {
    name,
    partitionKey: ITEM_KEY,
    ...(sortKey !== undefined && { sortKey }),
    ...(expiry !== undefined && { ttl: expiry }),
    indexes,
    parts,
  };
}

/** The table that a key names; undefined where it names none. */
export const partOfKey = ({ parts }: Pick<TablesAsOne, 'parts'>, { pk }: Key): TablePart | undefined =>
  parts.find(({ name }) => pk.startsWith(`${name}${SEPARATOR}`));

/** Of several tables, the name of the one that an item is of; undefined where there is only one. */
export const nameOfTable = (
  { parts }: { readonly parts?: readonly TablePart[] },
  key: Key,
  stage: string,
): string | undefined => parts && partOfKey({ parts }, key)?.table.name(stage);

/** How many tables a system reads. */
export const tableCount = ({ parts }: { readonly parts?: readonly TablePart[] }): number => parts?.length ?? 1;

/** The tables as DynamoDB has them, with their names in a stage. @param own of the one, where there is only one */
export const tablesOf = (
  table: OwnTable & { readonly parts?: readonly TablePart[] },
  { stage, table: own }: { readonly stage: string; readonly table: string },
): { name: string; table: OwnTable }[] =>
  table.parts?.map((part) => ({ name: part.table.name(stage), table: part.table })) ?? [{ name: own, table }];

/** A key as its own table has it. */
export const ownKey = ({ name }: TablePart, { pk, ...rest }: Key): Key => ({
  pk: pk.slice(name.length + SEPARATOR.length),
  ...rest,
});

export const ownName = ({ name }: TablePart, own: string): string => `${name}${SEPARATOR}${own}`;

/** An item of one table as that of all of them. An aggregate is read as it was written: without its own table's key. */
export function asOne(part: TablePart, item: Attributes): Attributes {
  const { partitionKey } = part.table;
  const { [partitionKey]: own, ...rest } = item;
  const text = own && 'S' in own ? own.S : '';
  return { ...(reservedIn(item)?.statistic ? rest : item), [ITEM_KEY]: { S: ownName(part, text) } };
}

/** And back: as its own table holds it. */
export function asOwn(part: TablePart, item: Attributes): Attributes {
  const { [ITEM_KEY]: known, ...rest } = item;
  const { pk } = ownKey(part, { pk: known && 'S' in known ? known.S : '' });
  return { ...rest, [part.table.partitionKey]: { S: pk } };
}

/** That each grammar names one of the tables. Throws DECLARATION_WRONG. */
export function checkParts(
  { parts }: { readonly parts?: readonly TablePart[] },
  sources: readonly { readonly name: string; readonly derived: boolean; readonly key: KeyPattern }[],
): void {
  if (!parts) return;
  const prefixes = parts.map(({ name }) => `${name}${SEPARATOR}`);
  for (const { name, derived, key } of sources) {
    const path = `${derived ? 'statistics' : 'entities'}.${name}.key`;
    if (!prefixes.some((prefix) => key.segments[0]?.prefix.startsWith(prefix)))
      throw wrong(path, `'${key.text}' names none of the tables`, `begin it with one of: ${prefixes.join(', ')}`);
  }
}
