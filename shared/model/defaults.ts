import type { z } from 'zod';
import { decodeAttribute, encodeAttribute } from './attribute.ts';
import { wrong } from './errors.ts';
import type { KeyPattern } from './keys.ts';
import { same } from './same.ts';
import { type SecretsWithin, secretsAt } from './secrets.ts';

interface Of {
  readonly path: string;
  readonly key: KeyPattern;
  readonly secrets: SecretsWithin | undefined;
}

/**
 * What a schema gives to items that lack a field: `priority: z.enum(['low', 'high']).default('low')`. It is the same for every item, so
 * that one that has it in the table counts and is told as one that has not. Found on the example. Throws DECLARATION_WRONG.
 */
export function defaultsOf(
  { schema, example }: { readonly schema: z.ZodObject; readonly example: unknown },
  { path, key, secrets }: Of,
): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const field of Object.keys(schema.shape)) {
    const { [field]: _own, ...lacking } = example as Record<string, unknown>;
    const value = schema.safeParse(lacking).data?.[field];
    if (value === undefined || key.placeholders.includes(field)) continue;
    const own = `${path}.schema.${field}`;
    if (secrets && secretsAt(secrets, field) !== undefined)
      throw wrong(
        own,
        'it is kept out of the archive, and has a default',
        'make it optional: else all items would have the default there',
      );
    if (!isStored(schema, lacking, field, value))
      throw wrong(
        own,
        'its default is read as something else once it is stored',
        'give one that the field itself may hold, the same each time',
      );
    found[field] = value;
  }
  return found;
}

function isStored(schema: z.ZodObject, lacking: object, field: string, value: unknown): boolean {
  let stored: unknown;
  try {
    stored = decodeAttribute(encodeAttribute(value));
  } catch {
    return false;
  }
  return [lacking, { ...lacking, [field]: stored }].every((item) => same(schema.safeParse(item).data?.[field], value));
}
