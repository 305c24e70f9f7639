import { gunzipSync } from 'node:zlib';
import { type Attribute, type Attributes, encodeAttributes } from '../../../shared/model/attribute.ts';
import type { Entity } from '../../../shared/model/entity.ts';
import type { Key } from '../../../shared/model/keys.ts';
import { type Secrets, type SecretsWithin, secretsAt } from '../../../shared/model/secrets.ts';
import type { System } from '../../../shared/model/system.ts';
import { CANARY } from '../../simulation/systems/cast.ts';

/** As it is in JSON; binary values are base64 there, of which the first six bytes make eight characters whatever follows. */
const TEXTS = [CANARY, Buffer.from(CANARY).toString('base64').slice(0, 8)];

/** A secret of any type that DynamoDB has. @param form which of them */
function secretOf(form: number): Attribute {
  const text = { S: `${CANARY}${form}` };
  const forms: Attribute[] = [
    text,
    { M: { any: text, [`${CANARY}name`]: { N: '1' } } },
    { L: [text, { M: { any: text } }] },
    { SS: [text.S] },
    { B: Buffer.from(text.S) },
  ];
  return forms[form % forms.length] as Attribute;
}

/** The image with something in each of its secret fields. */
export function planted(secrets: SecretsWithin | undefined, image: Attributes, form: number): Attributes {
  if (secrets === undefined) return image;
  const names = new Set([...Object.keys(image), ...secrets.fields.keys()]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const attribute = plantedIn(secretsAt(secrets, name), image[name], form);
      return attribute ? [[name, attribute]] : [];
    }),
  );
}

function plantedIn(
  secrets: Secrets | undefined,
  attribute: Attribute | undefined,
  form: number,
): Attribute | undefined {
  if (typeof secrets === 'string') return secretOf(form);
  if (secrets === undefined || attribute === undefined) return attribute;
  if ('M' in attribute) return { M: planted(secrets, attribute.M, form) };
  return 'L' in attribute
    ? { L: attribute.L.map((member) => plantedIn(secrets.every, member, form) ?? member) }
    : attribute;
}

/** An entity's example as an item of the table, with its keys. */
export function exampleItem({ table }: System, entity: Entity<unknown>): { key: Key; item: Attributes } {
  const example = entity.example as Record<string, unknown>;
  const key = entity.key.build(
    Object.fromEntries(entity.key.placeholders.map((name) => [name, String(example[name])])),
  );
  const keys = { [table.partitionKey]: key.pk, ...(table.sortKey !== undefined && { [table.sortKey]: key.sk }) };
  return { key, item: encodeAttributes({ ...example, ...keys }) };
}

/** Whether a text holds a secret, in any form. */
export const holdsSecret = (text: string): boolean => TEXTS.some((secret) => text.includes(secret));

/** Anything that is written, as one text: compressed values are opened. */
export const asText = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) => {
    if (member instanceof Set || member instanceof Map) return [...member];
    const bytes = bytesOf(member);
    if (bytes === undefined)
      return member instanceof Error ? { ...member, message: member.message, cause: member.cause } : member;
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes).toString() : bytes.toString('base64');
  });

/** JSON.stringify asks a Buffer's toJSON first. */
function bytesOf(member: unknown): Buffer | undefined {
  if (member instanceof Uint8Array) return Buffer.from(member);
  const { type, data } = (member ?? {}) as { type?: unknown; data?: unknown };
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data) : undefined;
}
