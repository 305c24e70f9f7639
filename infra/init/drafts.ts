import { parseKeyPattern } from '../../shared/model/keys.ts';
import type { KeyPart, Kind, Observed, Part } from './observation.ts';
import { isSecretName, schemaHiding } from './secretNames.ts';

/* From what was seen to what is declared: an entity a kind of items. */

/** Fewer items a label than this tell nothing: it may as well be a name. */
const ITEMS_A_LABEL = 5;
/** A field by which counts are of use, and whose labels are all known to somebody. */
const STATUS = /^(status|state|type|kind|category|severity|role|level|plan|stage)$/i;
export const isStatus = (name: string): boolean => STATUS.test(name);
/** Of no meaning but to an index. */
const INDEX_KEY = /^[GL]SI\d*_?[PS]K\d*$/i;
/** Names that the text has for something else. */
const TAKEN = new Set([
  ...['entity', 'event', 'inserted', 'secret', 'statistic', 'defineSystem', 'timestamp', 'count', 'countBy', 'z'],
  ...['system', 'class', 'case', 'default', 'delete', 'export', 'function', 'import', 'new', 'package', 'private'],
  ...['public', 'return', 'switch', 'this', 'type', 'var', 'with', 'in', 'do', 'if', 'for', 'enum', 'static', 'let'],
]);
/** Names of key attributes that say nothing of what is in them. */
const BARE_KEY = /^(pk|sk|id|key|(partition|sort|hash|range)(_?key)?)$/i;

export interface Field {
  readonly name: string;
  /** As source text: a schema, and a value that fits it; neither for secrets. */
  readonly schema: string;
  readonly example: string | undefined;
  /** The values that it has, where they are labels. */
  readonly labels: readonly string[] | undefined;
  readonly isOptional: boolean;
}

export interface Draft {
  readonly name: string;
  readonly key: string;
  /** Fields of the key, in its order. */
  readonly placeholders: readonly string[];
  readonly fields: readonly Field[];
  readonly count: number;
}

/** @param ttl the attribute that TTL reads: its numbers are of no use to statistics */
export function draftsOf(kinds: readonly Kind[], ttl: string | undefined): Draft[] {
  const names = new Set<string>();
  return kinds.map((kind) => {
    const { text, placeholders } = keyOf(kind);
    const word = nameOf(kind, kinds);
    const name = unused(names, TAKEN.has(word) ? `${word}Item` : word);
    const own = placeholders.map((field) => fieldOf(field, kind.attributes.get(field), kind.count));
    const others = [...kind.attributes]
      .filter(([field]) => isName(field) && !placeholders.includes(field) && field !== ttl && !INDEX_KEY.test(field))
      .map(([field, observed]) => fieldOf(field, observed, kind.count))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    return { name, key: text, placeholders, fields: [...own, ...others], count: kind.count };
  });
}

const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

/** A placeholder is named after the attribute that repeats it, else after the word before it. */
function keyOf({ keys }: Kind): { text: string; placeholders: string[] } {
  const placeholders: string[] = [];
  const used = new Set<string>();
  const texts = keys.map((key) =>
    key.parts
      .map((part, i) => {
        if (part.isLiteral) return `${part.before}${part.text}`;
        const [field = valueName(key, i)] = [...part.fields]
          .filter((name) => isName(name) && !isSecretName(name) && !used.has(name))
          .sort((a, b) => Number(/id$/i.test(b)) - Number(/id$/i.test(a)) || a.length - b.length);
        const name = unused(used, field);
        placeholders.push(name);
        return `${part.before}{${name}}`;
      })
      .join(''),
  );
  return { text: texts.join(' / '), placeholders };
}

/** After the word before it; what is the whole key goes by the key's own name. */
function valueName({ attribute, parts }: KeyPart, at: number): string {
  const before = parts[at - 1];
  if (before?.isLiteral) return `${camel(before.text)}Id`;
  return parts.length === 1 && isName(attribute) && !BARE_KEY.test(attribute) ? attribute : 'id';
}

/** After its sort key; after its partition key, where it speaks for those that share it, or its sort key names another kind. */
function nameOf({ keys }: Kind, kinds: readonly Kind[]): string {
  const [partition, sort] = keys.map(wordOf);
  const isOwn = OF_ALL.has(sort?.toUpperCase() ?? '') || kinds.some((other) => wordOf(other.keys[0]) === sort);
  return camel((isOwn ? (partition ?? sort) : (sort ?? partition)) ?? 'item');
}

const OF_ALL = new Set(['METADATA', 'META', 'PROFILE', 'INFO', 'DETAILS']);

/** The last word that a value follows: `ship`, of `t:{id}/ship:{id}`. */
function wordOf({ parts }: Pick<KeyPart, 'parts'> = { parts: [] }): string | undefined {
  const words = parts.filter(({ isLiteral }) => isLiteral);
  const named = parts.filter((part: Part, i) => part.isLiteral && parts[i + 1]?.isLiteral === false);
  return (named.at(-1) ?? words[0])?.text;
}

function fieldOf(name: string, observed: Observed | undefined, items: number): Field {
  if (isSecretName(name)) return { name, schema: 'secret()', example: undefined, labels: undefined, isOptional: true };
  if (!observed) return { name, schema: 'z.string()', example: quoted('x1'), labels: undefined, isOptional: false };
  const few = observed.labels && observed.count >= ITEMS_A_LABEL * observed.labels.size && observed.labels.size > 1;
  const labels = few && isStatus(name) ? [...(observed.labels ?? [])].sort() : undefined;
  const { schema, example } = typeOf(observed, labels);
  const isOptional = observed.count < items;
  return { name, schema: isOptional ? `${schema}.optional()` : schema, example, labels, isOptional };
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function typeOf(
  { types, isMoment, secrets }: Observed,
  labels: readonly string[] | undefined,
): { schema: string; example: string } {
  const [type] = types;
  if (secrets.size > 0) return hidden(types, secrets);
  if (types.size !== 1) return { schema: 'z.unknown()', example: 'null' };
  if (type === 'S' && isMoment) return { schema: 'timestamp()', example: quoted('2026-01-31T09:00:00.000Z') };
  if (type === 'S' && labels)
    return { schema: `z.enum([${labels.map(quoted).join(', ')}])`, example: quoted(labels[0] ?? '') };
  return OTHERS[type ?? ''] ?? { schema: 'z.unknown()', example: 'null' };
}

/** A field that is a secret's map or list in some items, and something else in others, goes as a whole. */
function hidden(types: ReadonlySet<string>, secrets: ReadonlySet<string>): { schema: string; example: string } {
  const schema = types.size === 1 ? schemaHiding(secrets) : 'secret()';
  return { schema, example: types.has('L') ? '[]' : '{}' };
}

const OTHERS: Readonly<Record<string, { schema: string; example: string }>> = {
  S: { schema: 'z.string()', example: "'x1'" },
  N: { schema: 'z.number()', example: '1' },
  BOOL: { schema: 'z.boolean()', example: 'true' },
  L: { schema: 'z.array(z.unknown())', example: '[]' },
  M: { schema: 'z.record(z.string(), z.unknown())', example: '{}' },
};

/** Those whose keys no other one has: of two that overlap, the more frequent one is declared. */
export function apart(drafts: readonly Draft[]): { readonly taken: Draft[]; readonly left: Draft[] } {
  const taken: Draft[] = [];
  const left: Draft[] = [];
  for (const draft of drafts) {
    const key = parseKeyPattern(draft.key);
    const overlaps = taken.some((other) => key.overlaps(parseKeyPattern(other.key)));
    (overlaps ? left : taken).push(draft);
  }
  return { taken, left };
}

const camel = (word: string): string =>
  word
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((part, i) => (i === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('');

/** The name, or with the least number behind it that nobody has. */
function unused(names: Set<string>, wanted: string): string {
  let name = wanted;
  for (let i = 2; names.has(name); i++) name = `${wanted}${i}`;
  names.add(name);
  return name;
}
