import * as z from 'zod';

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

/** The shape of what a schema makes of it. */
export const outputShapeOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }) as JsonSchema;

/**
 * What no JSON Schema tells, and what would keep a shape from growing: the first that is found, in words. Objects that are
 * strict refuse the fields of later versions, and so do those whose other members have a type.
 */
export function untellable(schema: z.ZodType): string | undefined {
  let closed: string | undefined;
  const refined = new Set<unknown>();
  const named = new Set<unknown>();
  z.toJSONSchema(schema, {
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { def, parent } = zodSchema._zod;
      // A name is given to a copy of what was refined.
      if (jsonSchema.format !== undefined) named.add(zodSchema).add(parent);
      if (def.checks?.some((check) => check._zod.def.check === 'custom')) refined.add(zodSchema);
      if (def.type === 'object') closed ??= closedTo(def as z.core.$ZodObjectDef);
    },
  });
  if ([...refined].some((one) => !named.has(one)))
    return 'a refinement is not in its JSON Schema, unless a format names it';
  return closed;
}

function closedTo({ catchall }: z.core.$ZodObjectDef): string | undefined {
  const others = catchall?._zod.def.type ?? 'unknown';
  if (others === 'never') return 'a strict object refuses fields that later versions bring: take z.object';
  if (others === 'unknown') return undefined;
  return 'an object whose other members have a type refuses fields that later versions bring';
}

/** Every whole number has the bounds of JavaScript's: they say nothing. */
function plain(schema: Record<string, unknown>): void {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  if (schema.type !== 'integer') return;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}
