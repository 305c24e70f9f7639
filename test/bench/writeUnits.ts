import type { Attribute, Attributes } from '../../shared/model/attribute.ts';
import { itemBytes } from '../../shared/model/size.ts';
import type { TableDeclaration } from '../../shared/model/system.ts';
import type { SentWrite, WriteInput } from './requests.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
const UNIT_BYTES = 1024;

export interface WriteUnits {
  /** One for each request. */
  requests: number;
  /** For what items are larger than 1 KB. */
  overOneKb: number;
  /** For the indexes that show them. */
  indexes: number;
}

/**
 * What DynamoDB charges for writes, from the requests and the sizes of the items before and after. Tables start empty.
 * @param declared the table with indexes; every other one has none
 */
export function writeUnits(sent: readonly SentWrite[], name: string, declared: TableDeclaration): WriteUnits {
  const units: WriteUnits = { requests: 0, overOneKb: 0, indexes: 0 };
  const items = new Map<string, Attributes>();
  for (const write of sent) {
    const { TableName = '' } = write.input;
    const indexed = TableName === name;
    const keys = indexed ? [declared.partitionKey, declared.sortKey ?? ''] : ['PK', 'SK', 'id'];
    const id = JSON.stringify([TableName, keys.map((key) => (write.input.Item ?? write.input.Key)?.[key])]);
    const before = items.get(id);
    const after = write.refused ? before : afterWrite(write, before);
    const price = Math.max(unitsOf(before), unitsOf(after), 1);
    units.requests += 1;
    units.overOneKb += price - 1;
    if (indexed && !write.refused) units.indexes += indexUnits(declared, before, after);
    if (after) items.set(id, after);
  }
  return units;
}

const unitsOf = (item: Attributes | undefined): number => (item ? Math.ceil(itemBytes(item) / UNIT_BYTES) : 0);

const afterWrite = ({ operation, input }: SentWrite, before: Attributes | undefined): Attributes =>
  operation === 'PutItem' ? (input.Item ?? {}) : updated(input, before ?? input.Key ?? {});

/** SET of a value and ADD of a number: all that the ways of the bench say. */
function updated(input: WriteInput, before: Attributes): Attributes {
  const after = { ...before };
  for (const [, verb, clauses = ''] of (input.UpdateExpression ?? '').matchAll(
    /(SET|ADD)\s+(.*?)(?=\s+(?:SET|ADD)\s|$)/g,
  ))
    for (const clause of clauses.split(',')) {
      const [, alias = '', value = ''] = /^\s*(#\w+)\s*=?\s*(:\w+)\s*$/.exec(clause) ?? [];
      const name = input.ExpressionAttributeNames?.[alias];
      const given = input.ExpressionAttributeValues?.[value];
      if (name === undefined || given === undefined) throw new Error(`the bench can't price '${clause}'`);
      after[name] = verb === 'SET' ? given : added(after[name], given);
    }
  return after;
}

const added = (to: Attribute | undefined, given: Attribute): Attribute => ({
  N: String(numberOf(to) + numberOf(given)),
});

const numberOf = (attribute: Attribute | undefined): number =>
  attribute && 'N' in attribute ? Number(attribute.N) : 0;

/** An entry that moves is deleted and put: each costs. Every index shows whole items. */
function indexUnits(declared: TableDeclaration, before: Attributes | undefined, after: Attributes | undefined): number {
  let units = 0;
  for (const { partition, sort } of declared.indexes ?? []) {
    const entry = (item: Attributes | undefined): string | undefined =>
      item?.[partition] && (sort === undefined || item[sort])
        ? JSON.stringify([item[partition], sort === undefined ? null : item[sort]])
        : undefined;
    const [from, to] = [entry(before), entry(after)];
    if (from !== undefined && to === from) units += Math.max(unitsOf(before), unitsOf(after));
    else units += (from === undefined ? 0 : unitsOf(before)) + (to === undefined ? 0 : unitsOf(after));
  }
  return units;
}
