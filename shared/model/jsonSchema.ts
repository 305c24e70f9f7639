import { z } from 'zod';

/** JSON Schema as far as it is read here: https://json-schema.org/draft/2020-12 */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly description?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly [keyword: string]: unknown;
}

type Target = 'draft-2020-12' | 'draft-07' | 'openapi-3.0';

/**
 * What a schema lets through, as JSON Schema. Objects stay open: what is published grows by new fields, so nobody may be
 * told that there are no others. Throws where the schema makes something that JSON can't hold.
 */
export const jsonSchemaOf = (schema: z.ZodType, target: Target = 'draft-2020-12'): JsonSchema =>
  z.toJSONSchema(schema, { target, override: ({ jsonSchema }) => plain(jsonSchema) }) as JsonSchema;

/** Marks what is transformed on its way in: what JSON Schema tells of it need not be what comes in. */
export const MOVED = 'afterwriteMoved';

/** The shape of what a schema is given; what JSON can't hold is any value. */
export const inputShapeOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'pipe' || zodSchema._zod.def.type === 'transform') jsonSchema[MOVED] = true;
    },
  }) as JsonSchema;

/** Every whole number has the bounds of JavaScript's: they say nothing. */
function plain(schema: Record<string, unknown>): void {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  if (schema.type !== 'integer') return;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}
