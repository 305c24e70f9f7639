import * as z from 'zod';
import type { Attribute, Attributes } from './attribute.ts';
import { inputShapeOf, type JsonSchema, MOVED, outputShapeOf } from './jsonSchema.ts';

/*
 * Secrets are fields that the table holds and nobody else may see. They are taken off when an item or a stream record
 * comes in, before its schema is asked: no code of a declaration, no journal, bundle, queue or message is ever given
 * one. So what is read from the archive, where they are missing, counts and is told exactly as it was live. What a
 * redaction keeps out of the archive is taken off with them.
 */

/** Marks a node of a JSON Schema. */
const MARK = 'afterwriteSecret';

/**
 * A secret field of an entity's schema: `token: secret()`. It has no value: whatever the table holds there, of any type,
 * is not looked at. Its type is `undefined`, so that putting it into an event does not compile.
 */
export const secret = (): z.ZodOptional<z.ZodNever> =>
  z
    .never()
    .optional()
    .meta({ [MARK]: true });

/**
 * Where secrets lie in a value: `secret`, or kept out of the archive (`redacted`), all of it; else by field of a map, and
 * for `every` member of a list or map. Of a map with `only`, all other fields are redacted.
 */
export type Secrets = 'secret' | 'redacted' | SecretsWithin;

export interface SecretsWithin {
  readonly fields: ReadonlyMap<string, Secrets>;
  readonly every: Secrets | undefined;
  readonly only?: ReadonlySet<string>;
}

/** Where an entity's schema says that secrets are; undefined where there are none. Throws where that can't be told. */
export function secretsOf(schema: z.ZodType): SecretsWithin | undefined {
  const shape = inputShapeOf(schema);
  const text = JSON.stringify(shape);
  // A secret that is not where an item comes in, but where it has been parsed, can't be taken off.
  if (marksIn(JSON.stringify(outputShapeOf(schema))) > marksIn(text)) throw transformed();
  if (marksIn(text) === 0) return undefined;
  if (text.includes('"$ref"')) throw new Error('a schema with secrets may not refer to itself or to a named one');
  const found = secretsIn(shape);
  if (found === undefined || isAll(found)) throw new Error('secrets are fields of objects');
  return found;
}

const marksIn = (text: string): number => text.split(`"${MARK}":true`).length - 1;
const transformed = (): Error => new Error('what holds a secret may not be transformed');

function secretsIn(node: JsonSchema | boolean | undefined): Secrets | undefined {
  if (typeof node !== 'object') return undefined;
  if (node[MARK] === true) return 'secret';
  const found = secretsWithin(node);
  if (found && node[MOVED] === true) throw transformed();
  return found;
}

function secretsWithin(node: JsonSchema): Secrets | undefined {
  const fields = new Map<string, Secrets>();
  for (const [name, field] of Object.entries(node.properties ?? {})) {
    const within = secretsIn(field);
    if (within) fields.set(name, within);
  }
  if (node.prefixItems?.some((place) => secretsIn(place) !== undefined))
    throw new Error('a tuple may not hold secrets: without them its other places would move');
  const members = [node.items, node.additionalProperties];
  const own = { fields, every: members.map(secretsIn).reduce(both, undefined) };
  const branches = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
  checkBranches(branches);
  return branches.map(secretsIn).reduce(both, fields.size > 0 || own.every ? own : undefined);
}

/** A field is taken off whichever branch an item is of: where one needs it, the item would not fit any more. */
function checkBranches(branches: readonly JsonSchema[]): void {
  const told = (branch: JsonSchema, name: string): string => {
    const secrets = secretsIn(branch.properties?.[name]);
    return isAll(secrets) ? name : secretNames(secrets, name).join();
  };
  const names = new Set(branches.flatMap((branch) => Object.keys(branch.properties ?? {})));
  for (const name of names) {
    const declared = branches.filter(({ properties }) => properties && Object.hasOwn(properties, name));
    if (new Set(declared.map((branch) => told(branch, name))).size > 1)
      throw new Error(`'${name}' has secrets in one branch, and others or none in another`);
  }
}

const isAll = (secrets: Secrets | undefined): secrets is 'secret' | 'redacted' => typeof secrets === 'string';

/** What is secret in either. */
function both(a: Secrets | undefined, b: Secrets | undefined): Secrets | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (isAll(a) || isAll(b)) return a === 'secret' || b === 'secret' ? 'secret' : 'redacted';
  return bothWithin(a, b);
}

/** What is taken off by either. */
export function bothWithin(a: SecretsWithin, b: SecretsWithin): SecretsWithin {
  const fields = new Map(a.fields);
  for (const [name, within] of b.fields) fields.set(name, both(a.fields.get(name), within) ?? within);
  const only = a.only && b.only ? new Set([...a.only].filter((name) => b.only?.has(name))) : (a.only ?? b.only);
  return { fields, every: both(a.every, b.every), ...(only && { only }) };
}

/** What is secret of a member. */
export const secretsAt = ({ fields, every, only }: SecretsWithin, name: string): Secrets | undefined =>
  both(both(fields.get(name), every), only && !only.has(name) ? 'redacted' : undefined);

/** An image without its secrets and what is redacted: the same object where there are none. */
export function withoutSecrets(secrets: SecretsWithin | undefined, image: Attributes): Attributes {
  if (secrets === undefined) return image;
  const left: Record<string, Attribute> = {};
  for (const [name, attribute] of Object.entries(image)) {
    const shown = shownOf(attribute, secretsAt(secrets, name));
    if (shown) left[name] = shown;
  }
  return left;
}

/** Where a map or list with secrets should be and something else is, that may be the secret: it goes as a whole. */
function shownOf(attribute: Attribute, secrets: Secrets | undefined): Attribute | undefined {
  if (isAll(secrets)) return undefined;
  if (secrets === undefined || 'NULL' in attribute) return attribute;
  if ('M' in attribute) return { M: withoutSecrets(secrets, attribute.M) };
  const { every } = secrets;
  if (!('L' in attribute) || every === undefined) return undefined;
  return { L: attribute.L.flatMap((member) => shownOf(member, every) ?? []) };
}

/** As people write it: `owner.email`, `contacts[].phone`, `all but a, b`. */
export function secretNames(secrets: SecretsWithin | undefined, under = ''): string[] {
  if (secrets === undefined) return [];
  const named = (name: string, within: Secrets): string[] => (isAll(within) ? [name] : secretNames(within, name));
  const { only } = secrets;
  return [
    ...(only ? [`${under === '' ? '' : `${under}: `}all but ${[...only].join(', ')}`] : []),
    ...[...secrets.fields].flatMap(([name, within]) => named(under === '' ? name : `${under}.${name}`, within)),
    ...(secrets.every ? named(`${under}[]`, secrets.every) : []),
  ];
}
