/* How keys are made, told from many of them: which words stand for themselves, and where values are. */

/** A part of a key: what stands before it, and a word of the grammar, or a value. */
export interface Piece {
  readonly before: string;
  readonly text: string;
  readonly isLiteral: boolean;
}

/** Between parts wherever they are … */
const STRONG = /[#|]/;
/** … and where nothing stronger is in the key: they stand in values as well. */
const WEAK = /[:/~]/;
/** Upper case says by itself what it is: `REVIEW`, `METADATA`. */
const KEYWORD = /^[A-Z][A-Z_]+$/;
/** In lower case, a word may be a value, such as a name: it must come again, and there must be few of them. */
const WORD = /^[A-Za-z][A-Za-z_-]{0,29}$/;
const AGAIN = 3;
const MOST_WORDS = 12;
/** Its colons part nothing. */
const MOMENT = /\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?/g;
const HELD = '\u0000';

interface Text {
  readonly index: number;
  readonly parts: readonly string[];
  readonly separators: readonly string[];
}

/** The pieces of each value of one key attribute, in their order. @param isSort a lone word is a kind there, and a name in a partition key */
export function piecesOf(values: readonly string[], isSort: boolean): Piece[][] {
  const pieces: Piece[][] = values.map(() => []);
  const all = values.map((value, index) => ({
    index,
    value: value.replaceAll(MOMENT, (m) => m.replaceAll(':', HELD)),
  }));
  for (const [head, group] of byHead(all, isSort)) {
    const separator = group.some(({ value }) => STRONG.test(value)) ? STRONG : WEAK;
    const alike = groups(
      group.map((one) => textOf(one, separator)),
      ({ separators }) => separators.join(''),
    );
    for (const texts of alike.values())
      decide(texts, head === undefined ? [] : [true], (text, literals) => {
        pieces[text.index] = joined(text, literals, separator === WEAK);
      });
  }
  return pieces;
}

interface Value {
  readonly index: number;
  readonly value: string;
}

/** By the word that they begin with, where it is one of the grammar. */
function byHead(all: readonly Value[], isSort: boolean): Map<string | undefined, Value[]> {
  const wordOf = (value: string): string => value.split(/[#|:/~]/)[0] ?? '';
  const words = groups(all, ({ value }) => wordOf(value));
  const again = [...words].filter(([word, those]) => WORD.test(word) && those.length >= AGAIN);
  const isHead = ({ value }: Value): boolean => {
    const word = wordOf(value);
    if (KEYWORD.test(word)) return true;
    if (word === value && !isSort) return false;
    return again.length <= MOST_WORDS && again.some(([one]) => one === word);
  };
  return groups(all, (one) => (isHead(one) ? wordOf(one.value) : undefined));
}

function textOf({ index, value }: Value, separator: RegExp): Text {
  return {
    index,
    parts: value.split(separator),
    separators: [...value].filter((letter) => separator.test(letter)),
  };
}

/**
 * Part by part. Behind a word comes a value; behind a value may come a word, by which kinds are told apart. Texts of one
 * kind have as many parts.
 */
function decide(
  texts: readonly Text[],
  literals: readonly boolean[],
  done: (text: Text, literals: readonly boolean[]) => void,
): void {
  const at = literals.length;
  const length = texts[0]?.parts.length ?? 0;
  if (at === length) {
    for (const text of texts) done(text, literals);
    return;
  }
  const words = groups(texts, ({ parts }) => parts[at] ?? '');
  const [first = ''] = words.keys();
  const isFew = words.size === 1 || (words.size <= MOST_WORDS && at < length - 1);
  const isWord = [...words].every(([word, those]) => WORD.test(word) && those.length >= AGAIN);
  const isBehindWord = literals[at - 1] === true;
  const isLiteral = isFew && at > 0 && isWord && (!isBehindWord || (words.size === 1 && KEYWORD.test(first)));
  for (const those of isLiteral ? words.values() : [texts]) decide(those, [...literals, isLiteral], done);
}

/** Values beside each other are one, where what is between them may be part of it. */
function joined({ parts, separators }: Text, literals: readonly boolean[], isWeak: boolean): Piece[] {
  const pieces: Piece[] = [];
  for (const [i, part] of parts.entries()) {
    const before = i === 0 ? '' : (separators[i - 1] ?? '');
    const text = part.replaceAll(HELD, ':');
    const isLiteral = literals[i] === true;
    const last = pieces.at(-1);
    if (last && isWeak && !last.isLiteral && !isLiteral)
      pieces[pieces.length - 1] = { ...last, text: `${last.text}${before}${text}` };
    else pieces.push({ before, text, isLiteral });
  }
  return pieces;
}

function groups<Key, One>(all: readonly One[], keyOf: (one: One) => Key): Map<Key, One[]> {
  const found = new Map<Key, One[]>();
  for (const one of all) {
    const key = keyOf(one);
    const those = found.get(key);
    if (those) those.push(one);
    else found.set(key, [one]);
  }
  return found;
}
