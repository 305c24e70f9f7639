/**
 * Attributes as JSON text and back, byte for byte: binary values travel as base64, exactly as in DynamoDB's own JSON.
 * Works on anything that holds attributes at any depth.
 */
export function attributesToJson(holder: unknown): string {
  const text = JSON.stringify(holder);
  return mayHoldBytes(text) ? JSON.stringify(holder, bytesAsBase64) : text;
}

/**
 * Bytes without a replacer become an object. Most items have none: writing those that have some twice is cheaper than a
 * replacer that is asked for every member of all.
 */
const mayHoldBytes = (text: string): boolean => text.includes('B":{') || text.includes('BS":[{');

function bytesAsBase64(this: Record<string, unknown>, name: string, value: unknown): unknown {
  const raw = this[name];
  return raw instanceof Uint8Array ? Buffer.from(raw).toString('base64') : value;
}

/** Members `B` and `BS` of attributes become bytes again. */
export const attributesFromJson = (text: string): unknown => {
  const parsed: unknown = JSON.parse(text);
  return text.includes('"B":"') || text.includes('"BS":[') ? revive(parsed) : parsed;
};

/** The same for JSON that somebody else has parsed, in place. */
export function revive(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(revive);
  const names = Object.keys(value);
  const only = names.length === 1 ? names[0] : undefined;
  const member = only === undefined ? undefined : (value as Record<string, unknown>)[only];
  if (only === 'B' && typeof member === 'string') return { B: bytes(member) };
  if (only === 'BS' && Array.isArray(member) && member.every((m) => typeof m === 'string'))
    return { BS: member.map(bytes) };
  for (const name of names) Reflect.set(value, name, revive(Reflect.get(value, name)));
  return value;
}

const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
