import { AfterwriteError, wrong } from './errors.ts';

/** An item's primary key as text; `sk` is absent where the table has no sort key. */
export interface Key {
  readonly pk: string;
  readonly sk?: string;
}

type KeyValues = Record<string, string | number>;

/** One part of a grammar: literal text, or a placeholder that stands for one or more characters. */
type Token = { literal: string } | { placeholder: string };

interface Segment {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly regexp: RegExp;
  /** The literal that it begins with; empty where it begins with a placeholder. */
  readonly prefix: string;
}

/**
 * A key grammar such as `REVIEW#{reviewId} / VERSION#{version}`: partition key, then sort key behind ` / `.
 * A placeholder takes as little as it can, the last one of a segment takes the rest, so `build` refuses values that
 * `match` would read differently.
 */
export interface KeyPattern {
  readonly text: string;
  readonly placeholders: readonly string[];
  readonly hasSortKey: boolean;
  build(values: KeyValues): Key;
  match(key: Key): Record<string, string> | undefined;
  /** Whether some key fits both grammars. */
  overlaps(other: KeyPattern): boolean;
  readonly segments: readonly Segment[];
}

const SEPARATOR = ' / ';
/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-partition-sort-keys */
const MAX_PARTITION_KEY_BYTES = 2048;
const MAX_SORT_KEY_BYTES = 1024;

/** How a key is written in messages, parked entries and subjects. */
export const keyText = (key: Key): string => (key.sk === undefined ? key.pk : `${key.pk}/${key.sk}`);

/** A key as people read it, and as no other key reads: what is ordered goes by it. */
export const partitionOf = ({ pk, sk }: Key): string => {
  const escaped = pk.replaceAll('%', '%25').replaceAll('/', '%2F');
  return sk === undefined ? escaped : `${escaped}/${sk}`;
};

/** The partition key in what `partitionOf` gave. */
export const partitionKeyIn = (item: string): string =>
  (item.split('/')[0] ?? '').replaceAll('%2F', '/').replaceAll('%25', '%');

/** A key as one text that no other key has: for maps and stored records. */
export const keyId = (key: Key): string => JSON.stringify(key.sk === undefined ? [key.pk] : [key.pk, key.sk]);

export function keyFromId(id: string): Key {
  const [pk, sk] = JSON.parse(id) as [string, string?];
  return sk === undefined ? { pk } : { pk, sk };
}

export const sameKey = (a: Key, b: Key): boolean => a.pk === b.pk && a.sk === b.sk;

export function parseKeyPattern(text: string, path = 'key'): KeyPattern {
  const segments = text.split(SEPARATOR).map((part) => parseSegment(part, path));
  if (segments.length > 2) throw wrong(path, `'${text}' has more than two parts`, `write 'PK${SEPARATOR}SK'`);
  const placeholders = [
    ...new Set(segments.flatMap((s) => s.tokens.flatMap((t) => ('placeholder' in t ? [t.placeholder] : [])))),
  ];
  const pattern: KeyPattern = {
    text,
    placeholders,
    hasSortKey: segments.length === 2,
    segments,
    build: (values) => build(pattern, values),
    match: (key) => matchSegments(segments, key),
    overlaps: (other) =>
      segments.length === other.segments.length &&
      segments.every((segment, i) => tokensOverlap(symbols(segment), symbols(other.segments[i] as Segment))),
  };
  return pattern;
}

function parseSegment(text: string, path: string): Segment {
  const tokens: Token[] = text
    .split(/(\{[^{}]*\})/)
    .filter((part) => part !== '')
    .map((part) => (part.startsWith('{') ? { placeholder: part.slice(1, -1) } : { literal: part }));
  if (tokens.length === 0) throw wrong(path, 'a key part is empty', 'give it a literal or a {placeholder}');
  tokens.forEach((token, i) => {
    const next = tokens[i + 1];
    if ('placeholder' in token && !/^[A-Za-z_]\w*$/.test(token.placeholder))
      throw wrong(path, `'{${token.placeholder}}' is no field name`, 'use letters, digits and _');
    if (next && 'placeholder' in token && 'placeholder' in next)
      throw wrong(
        path,
        `'${text}' has two placeholders without text between them`,
        "put a literal such as '#' between",
      );
  });
  const source = tokens.map((token, i) =>
    'literal' in token
      ? token.literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
      : i === tokens.length - 1
        ? '(.+)'
        : '(.+?)',
  );
  const prefix = tokens[0] && 'literal' in tokens[0] ? tokens[0].literal : '';
  return { text, tokens, prefix, regexp: new RegExp(`^${source.join('')}$`, 's') };
}

function build(pattern: KeyPattern, values: KeyValues): Key {
  const [pk, sk] = pattern.segments.map((segment) =>
    segment.tokens
      .map((token) => ('literal' in token ? token.literal : String(values[token.placeholder] ?? '')))
      .join(''),
  ) as [string, string?];
  const key = sk === undefined ? { pk } : { pk, sk };
  const read = pattern.match(key);
  if (Buffer.byteLength(pk) > MAX_PARTITION_KEY_BYTES || Buffer.byteLength(sk ?? '') > MAX_SORT_KEY_BYTES)
    throw new AfterwriteError('ITEM_MALFORMED', `a key '${pattern.text}' would be longer than DynamoDB takes`, {
      mend: 'shorten the values that this key is made of',
    });
  const lost = pattern.placeholders.find((name) => read?.[name] !== String(values[name] ?? ''));
  if (lost !== undefined)
    throw new AfterwriteError(
      'ITEM_MALFORMED',
      `no key '${pattern.text}' can be built: '${lost}' is empty or holds the separator`,
      {
        mend: `check the value of '${lost}' in the item that leads to this key`,
      },
    );
  return key;
}

function matchSegments(segments: readonly Segment[], key: Key): Record<string, string> | undefined {
  if ((key.sk !== undefined) !== (segments.length === 2)) return undefined;
  const values: Record<string, string> = {};
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i] as Segment;
    const part = i === 0 ? key.pk : (key.sk as string);
    // Most grammars are told apart by how they begin.
    if (!part.startsWith(segment.prefix)) return undefined;
    const found = segment.regexp.exec(part);
    if (!found) return undefined;
    let group = 1;
    for (const token of segment.tokens) {
      if (!('placeholder' in token)) continue;
      const value = found[group++] as string;
      if ((values[token.placeholder] ?? value) !== value) return undefined;
      values[token.placeholder] = value;
    }
  }
  return values;
}

/** A segment as single characters, with `true` for a placeholder: one or more of any character. */
const symbols = (segment: Segment): (string | true)[] =>
  segment.tokens.flatMap((token): (string | true)[] => ('literal' in token ? [...token.literal] : [true]));

function tokensOverlap(a: (string | true)[], b: (string | true)[]): boolean {
  const seen = new Set<string>();
  const walk = (i: number, j: number, insideA: boolean, insideB: boolean): boolean => {
    const at = `${i},${j},${insideA},${insideB}`;
    if (seen.has(at)) return false;
    seen.add(at);
    if (insideA && walk(i + 1, j, false, insideB)) return true;
    if (insideB && walk(i, j + 1, insideA, false)) return true;
    const x = a[i];
    const y = b[j];
    if (x === undefined || y === undefined) return x === undefined && y === undefined;
    if (x !== true && y !== true) return x === y && walk(i + 1, j + 1, false, false);
    return walk(x === true ? i : i + 1, y === true ? j : j + 1, x === true, y === true);
  };
  return walk(0, 0, false, false);
}
