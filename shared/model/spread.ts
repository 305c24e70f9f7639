import { AfterwriteError } from './errors.ts';
import { type Key, type KeyPattern, parseKeyPattern } from './keys.ts';

/** How many parts are sensible: all of them are read together, in batches of a hundred. */
const MAX_PARTS = 256;

/** The placeholder of a part's name: no field of a user's can be called so. */
const PART = 'afterwrite';

/**
 * One part more than shards write to: what repairs, rebuilds and attaching add to the sum. Nobody else writes it, so
 * that a repair of a hot group does not race with a thousand writers.
 */
const CORRECTION = 'correction';

/** A hot aggregate in parts, each an item of its own beside the others; the group is their sum. */
export interface Spread {
  readonly parts: number;
  /** Grammar of the parts' keys. */
  readonly key: KeyPattern;
}

/** Throws DECLARATION_WRONG. */
export function spreadOver(parts: number, key: KeyPattern, path: string): Spread {
  if (!Number.isSafeInteger(parts) || parts < 2 || parts > MAX_PARTS)
    throw new AfterwriteError('DECLARATION_WRONG', `${path}.spread: ${parts} is no number of parts`, {
      mend: `give a whole number from 2 to ${MAX_PARTS}, or leave it out`,
    });
  return {
    parts,
    // How many is part of the key: with another number, a shard's changes would look for their fences in another part.
    key: parseKeyPattern(`${key.text}#PART#${parts}#{${PART}}`, `${path}.key`),
  };
}

/** What is kept in the table: a source's own grammar, or that of its parts. */
export const storedGrammar = (source: { readonly key: KeyPattern; readonly spread?: Spread | undefined }): KeyPattern =>
  source.spread?.key ?? source.key;

/** Throws ITEM_MALFORMED where a value holds what sets the part apart. */
export const partKey = (spread: Spread, group: Readonly<Record<string, string>>, part: string): Key =>
  spread.key.build({ ...group, [PART]: part });

/** Of the parts that shards write to. */
export const partKeys = (spread: Spread, group: Readonly<Record<string, string>>): Key[] =>
  Array.from({ length: spread.parts }, (_, n) => partKey(spread, group, String(n)));

export const correctionKey = (spread: Spread, group: Readonly<Record<string, string>>): Key =>
  partKey(spread, group, CORRECTION);

/** The part that a key names; undefined where it is no part's. */
export const partIn = (spread: Spread | undefined, key: Key): string | undefined => spread?.key.match(key)?.[PART];

/** The group that a stored item's key names. */
export function groupIn(grammar: KeyPattern, key: Key): Record<string, string> | undefined {
  const values = grammar.match(key);
  if (!values) return undefined;
  const { [PART]: _part, ...group } = values;
  return group;
}

/** How people are told that an item is no whole. */
export const partLabel = ({ parts }: Spread, part: string): string =>
  part === CORRECTION ? `correction of ${parts}` : `${Number(part) + 1} of ${parts}`;

/**
 * The part that a shard's changes go to: decided by its id alone, so that whoever brings a change again, and whenever,
 * finds its fence where the first one left it. A child may write to another part than its parent: then the parent's own fence
 * stays, for nothing there stands for it. A parked queue is a shard like any other.
 */
export const partOf = ({ parts }: Spread, shard: string): string => String(hash(shard) % parts);

/** FNV-1a, its bits mixed once more: ids of shards differ little. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
