import type { JsonSchema } from '../shared/model/jsonSchema.ts';

/** A field of a schema, as people read it. */
export interface Field {
  /** Such as `fixed[].severity`. */
  readonly path: string;
  /** Such as `whole number, 0 to 100`, or `text or null`. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  null: 'null',
  object: 'object',
  array: 'list',
};

/** The fields of a schema and of what it holds, in order. */
export function fieldsOf(schema: JsonSchema, under = ''): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = under === '' ? name : `${under}.${name}`;
    const isRequired = schema.required?.includes(name) ?? false;
    return [{ path, type: typeOf(field), isRequired, description: field.description ?? '' }, ...within(field, path)];
  });
}

function within(schema: JsonSchema, path: string): Field[] {
  const { items, additionalProperties: members, anyOf, oneOf } = schema;
  if (items) return within(items, `${path}[]`);
  if (typeof members === 'object') return within(members, `${path}{}`);
  return [...fieldsOf(schema, path), ...(anyOf ?? oneOf ?? []).flatMap((branch) => within(branch, path))];
}

/** A schema in a few words. */
export function typeOf(schema: JsonSchema): string {
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) return branches.map(typeOf).join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((member) => JSON.stringify(member)).join(', ');
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  if (typeof schema.additionalProperties === 'object') return `map of ${typeOf(schema.additionalProperties)}`;
  const word =
    schema.format === 'date-time'
      ? 'moment'
      : [schema.type ?? 'any']
          .flat()
          .map((type) => WORDS[type] ?? type)
          .join(' or ');
  return [word, ...boundsOf(schema)].join(', ');
}

function boundsOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string[] {
  if (minimum !== undefined && maximum !== undefined) return [`${minimum} to ${maximum}`];
  return [
    ...(minimum === undefined ? [] : [`from ${minimum}`]),
    ...(maximum === undefined ? [] : [`to ${maximum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`above ${exclusiveMinimum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`below ${exclusiveMaximum}`]),
  ];
}
