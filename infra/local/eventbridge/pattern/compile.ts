import { ABSENT, conditionOf } from './condition.ts';
import {
  at,
  InvalidPattern,
  isObject,
  type Json,
  type JsonObject,
  type Leaf,
  type Pattern,
  refuse,
} from './pattern.ts';

const OR = '$or';

/** EventBridge user guide, "Or matching": at most so many combinations of rules. */
const MAX_BRANCHES = 1_000;

/** Names that cannot be fields inside `$or`: operators, comparisons, and what Event Ruler keeps for later. */
const RESERVED_IN_OR: ReadonlySet<string> = new Set([
  ...['exactly', 'equals-ignore-case', 'prefix', 'suffix', 'anything-but', 'exists', 'wildcard', 'numeric', 'cidr'],
  ...['=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case'],
  ...['date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range'],
  ...['ip-address-in-range', 'ip-address-not-in-range'],
]);

/** Throws InvalidPattern with the reason that AWS gives. */
export const compile = (text: string): Pattern => {
  const pattern = parse(text);
  try {
    return compiled(pattern, true);
  } catch (error) {
    // Where `$or` is no list of two or more alternatives it may still be a field of that name, as before `$or` existed.
    if (!(error instanceof InvalidPattern) || !text.includes(OR)) throw error;
    const literally = compiledLiterally(pattern);
    if (literally === undefined) throw error;
    return literally;
  }
};

const compiledLiterally = (pattern: JsonObject): Pattern | undefined => {
  try {
    return compiled(pattern, false);
  } catch (error) {
    if (error instanceof InvalidPattern) return undefined;
    throw error;
  }
};

const parse = (text: string): JsonObject => {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'not JSON';
    throw new InvalidPattern(reason, lineAndColumn(text, reason));
  }
  return isObject(pattern) ? pattern : refuse('Filter is not an object');
};

/** Where a syntax error is, by its message; one that names no position shows the text around it instead. */
const lineAndColumn = (text: string, reason: string): string | undefined => {
  const position = /at position (\d+)/.exec(reason)?.[1] ?? (reason.includes('end of JSON') ? text.length : undefined);
  if (position === undefined) return undefined;
  const lines = text.slice(0, Number(position)).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
};

/** A branch in the making; a path that comes again replaces the earlier one. */
type Draft = ReadonlyMap<string, Leaf>;

interface Place {
  readonly path: string;
  readonly isInsideOr: boolean;
  readonly knowsOr: boolean;
}

const compiled = (pattern: JsonObject, knowsOr: boolean): Pattern => {
  const drafts = withObject([new Map()], pattern, { path: '', isInsideOr: false, knowsOr });
  return { branches: drafts.map((draft) => [...draft.values()].sort(byPath)) };
};

const byPath = (a: Leaf, b: Leaf): number => (a.path < b.path ? -1 : 1);

const withObject = (drafts: readonly Draft[], object: JsonObject, place: Place): readonly Draft[] => {
  const members = Object.entries(object);
  if (members.length === 0) refuse('Empty objects are not allowed');
  return members.reduce((grown, [name, value]) => withMember(grown, name, value, place), drafts);
};

const withMember = (drafts: readonly Draft[], name: string, value: Json, place: Place): readonly Draft[] => {
  const path = place.path === '' ? name : `${place.path}.${name}`;
  return at(path, () =>
    name === OR && place.knowsOr ? withAlternatives(drafts, value, place) : withField(drafts, name, value, place, path),
  );
};

const withField = (
  drafts: readonly Draft[],
  name: string,
  value: Json,
  place: Place,
  path: string,
): readonly Draft[] => {
  if (place.isInsideOr && RESERVED_IN_OR.has(name)) {
    refuse(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
  }
  if (Array.isArray(value)) {
    const leaf = leafOf(path, value);
    return drafts.map((draft) => new Map(draft).set(path, leaf));
  }
  return isObject(value)
    ? withObject(drafts, value, { ...place, path })
    : refuse(`"${name}" must be an object or an array`);
};

const withAlternatives = (drafts: readonly Draft[], value: Json, place: Place): readonly Draft[] => {
  if (!Array.isArray(value)) return refuse('It must be an Array followed with $or.');
  const alternatives = value as readonly Json[];
  const grown = alternatives.flatMap((alternative) =>
    isObject(alternative)
      ? withObject(drafts, alternative, { ...place, isInsideOr: true })
      : refuse('Only JSON object is allowed in array of $or relationship.'),
  );
  if (alternatives.length < 2) refuse('There must have at least 2 Objects in $or relationship.');
  return grown.length > MAX_BRANCHES ? refuse(`$or makes more than ${MAX_BRANCHES} combinations of rules`) : grown;
};

const leafOf = (path: string, elements: readonly Json[]): Leaf => {
  if (elements.length === 0) refuse('Empty arrays are not allowed');
  const conditions = elements.map((element, index) => at(`${path}[${index}]`, () => conditionOf(element)));
  return {
    path,
    tests: conditions.filter((condition) => condition !== ABSENT),
    mayBeAbsent: conditions.includes(ABSENT),
  };
};
