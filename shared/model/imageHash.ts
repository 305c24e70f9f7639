import { createHash } from 'node:crypto';
import { type Attributes, decodeAttributes } from './attribute.ts';
import { canonical } from './canonical.ts';

/** Tells versions of an item apart. Without empty maps and lists: DynamoDB Local's stream leaves them out of its images. */
export const imageHash = (image: Attributes): string =>
  createHash('sha1')
    .update(canonical(filled(decodeAttributes(image))))
    .digest('base64');

function filled(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(filled);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const members = Object.entries(value).map(([name, member]) => [name, filled(member)]);
  const held = members.filter(([, member]) => member !== undefined);
  return held.length === 0 ? undefined : Object.fromEntries(held);
}
