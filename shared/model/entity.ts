import type { z } from 'zod';
import { type Deadline, type DeadlineDeclaration, deadlinesOf } from './deadline.ts';
import { defaultsOf } from './defaults.ts';
import { wrong } from './errors.ts';
import { type KeyPattern, parseKeyPattern } from './keys.ts';
import type { ObjectRef } from './objectRef.ts';
import { type Redaction, redactionOf, withoutHidden } from './redaction.ts';
import { bothWithin, type SecretsWithin, secretNames, secretsOf } from './secrets.ts';
import type { Source } from './source.ts';

/** A kind of item that the user's code writes. */
export interface Entity<Item> extends Source<Item> {
  readonly derived: false;
  readonly schema: z.ZodType<Item>;
  /** Created once, never updated: a change of such an item is a violation that can be told as an event. */
  readonly immutable: boolean;
  readonly deadlines: readonly Deadline<Item>[];
  /** Fields that the schema gives a value where an item lacks them, with that value: to code, such an item has it. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** What the table's TTL takes of it is taken back from statistics, as if its user had deleted it; else it counts on. */
  readonly retractsExpired: boolean;
  /** When it happened, by the item's own account: ISO 8601, UTC. Absent: the stream's time. */
  time(item: Item): string | undefined;
  /** What it belongs to, for correlation across events (the review's id). */
  correlate(item: Item): string | undefined;
  /** W3C trace context of the write that left the item so; what is malformed is left out of events. */
  trace(item: Item): string | undefined;
  /** Who wrote it, by the item's own account. */
  actor(item: Item): string | undefined;
  /** Whose it is. */
  tenant(item: Item): string | undefined;
  /** Objects in S3 that belong to it: copied into the archive before it leaves. */
  refersTo?(item: Item): readonly ObjectRef[];
  /** Attributes that only exist for an index of the table; absent: nobody knows any. */
  indexes?(item: Item): Readonly<Record<string, string | number>>;
}

export interface EntityDeclaration<Item> {
  /** Key grammar, `PK / SK`. */
  key: string;
  schema: z.ZodObject & z.ZodType<Item>;
  example: NoInfer<Item>;
  immutable?: boolean;
  /** Moments that an item names, by the field that is set when they come: `{ expiredAt: (i) => i.expiresAt }`. */
  deadlines?: DeadlineDeclaration<NoInfer<Item>>;
  /** What the table's TTL takes counts on where this is absent. `retracts`: a cache counts for as long as it is there. */
  onExpiry?: 'counts' | 'retracts';
  time?: (item: NoInfer<Item>) => string;
  correlate?: (item: NoInfer<Item>) => string;
  trace?: (item: NoInfer<Item>) => string | undefined;
  actor?: (item: NoInfer<Item>) => string | undefined;
  tenant?: (item: NoInfer<Item>) => string | undefined;
  refersTo?: (item: NoInfer<Item>) => readonly ObjectRef[];
  /**
   * Attributes that only exist for an index of the table, as its writer derives them from the item: `{ GSI1PK: 'STATUS#OPEN' }`.
   * The writer sets them; `afterwrite backfill` adds them to items that lack them, and `afterwrite doctor` tells of those. An item
   * that belongs into no index has none: leave them out. What the schema gives by `.default()` is added likewise.
   */
  indexes?: (item: NoInfer<Item>) => Readonly<Record<string, string | number>>;
  /** What of it the archive may hold; absent: all but secrets. */
  archive?: Redaction;
}

export function entity<Item>(name: string, declaration: EntityDeclaration<Item>): Entity<Item> {
  const path = `entities.${name}`;
  const key: KeyPattern = parseKeyPattern(declaration.key, `${path}.key`);
  const fields = Object.keys(declaration.schema.shape);
  const unknown = key.placeholders.find((placeholder) => !fields.includes(placeholder));
  if (unknown !== undefined)
    throw wrong(
      `${path}.key`,
      `'{${unknown}}' is no field of the schema`,
      `add '${unknown}' to the schema, or name one of: ${fields.join(', ')}`,
    );
  checkExample(path, declaration);
  const secrets = takenOff(path, declaration, fields, key);
  return {
    name,
    derived: false,
    key,
    fields,
    secrets,
    schema: declaration.schema,
    example: declaration.example,
    immutable: declaration.immutable ?? false,
    deadlines: deadlinesOf(declaration.deadlines, {
      path,
      schema: declaration.schema,
      example: declaration.example,
      taken: [...key.placeholders, ...secretNames(secrets)],
    }),
    defaults: defaultsOf(declaration, { path, key, secrets }),
    retractsExpired: declaration.onExpiry === 'retracts',
    time: (item) => declaration.time?.(item),
    correlate: (item) => declaration.correlate?.(item),
    trace: (item) => declaration.trace?.(item),
    actor: (item) => declaration.actor?.(item),
    tenant: (item) => declaration.tenant?.(item),
    ...(declaration.refersTo && { refersTo: declaration.refersTo }),
    ...(declaration.indexes && { indexes: declaration.indexes }),
  };
}

function checkExample<Item>(path: string, { schema, example }: EntityDeclaration<Item>): void {
  const { error } = schema.safeParse(example);
  if (!error) return;
  const unfit = error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw wrong(`${path}.example`, `${unfit} do not fit the schema`, 'give an example that the schema accepts');
}

/** Secrets, and what the archive may not hold: without it an item must fit still. */
function takenOff<Item>(
  path: string,
  { schema, archive, example }: EntityDeclaration<Item>,
  fields: readonly string[],
  key: KeyPattern,
): SecretsWithin | undefined {
  const secrets = declaredSecrets(path, schema, key);
  if (!archive) return secrets;
  const redacted = redactionOf(path, archive, { fields, own: key.placeholders });
  const tried = schema.safeParse(withoutHidden(redacted, example));
  if (!tried.success)
    throw wrong(
      `${path}.archive`,
      `without what is left out, ${tried.error.issues.map((i) => i.path.join('.')).join(', ')} do not fit the schema`,
      'make them optional: who reads the archive, or counts by it, has an item without them',
    );
  return secrets ? bothWithin(secrets, redacted) : redacted;
}

/** A key is in every message, journal entry and event. */
function declaredSecrets(path: string, schema: z.ZodType, key: KeyPattern): SecretsWithin | undefined {
  const mend = 'take secret() for fields of plain objects, lists and maps that the key does not name';
  let secrets: SecretsWithin | undefined;
  try {
    secrets = secretsOf(schema);
  } catch (error) {
    throw wrong(`${path}.schema`, (error as Error).message, mend, error);
  }
  const inKey = key.placeholders.find((name) => secretNames(secrets).includes(name));
  if (inKey !== undefined) throw wrong(`${path}.schema`, `'${inKey}' is secret, and part of the key`, mend);
  return secrets;
}
