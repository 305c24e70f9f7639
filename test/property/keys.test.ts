import fc from 'fast-check';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { type Key, keyFromId, keyId, parseKeyPattern } from '../../shared/model/keys.ts';

type Token = { literal: string } | { placeholder: string };

const literal = fc.string({
  unit: fc.constantFrom('A', 'B', '#', '/', '.', '*', '(', '$', 'é'),
  minLength: 1,
  maxLength: 3,
});
const names = ['a', 'b', 'c'];

/** Tokens of one part of a key: never two placeholders side by side. */
const part = fc
  .array(fc.tuple(literal, fc.option(fc.constantFrom(...names), { nil: undefined })), { minLength: 1, maxLength: 3 })
  .map((pairs): Token[] =>
    pairs.flatMap(([l, p]) => (p === undefined ? [{ literal: l }] : [{ literal: l }, { placeholder: p }])),
  );

const textOf = (tokens: readonly Token[]): string =>
  tokens.map((token) => ('literal' in token ? token.literal : `{${token.placeholder}}`)).join('');

const grammar = fc.oneof(
  part.map(textOf),
  fc.tuple(part, part).map(([pk, sk]) => `${textOf(pk)} / ${textOf(sk)}`),
);
const value = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('A', '#', 'x', '/', '\n') }), fc.integer());
const values = fc.record({ a: value, b: value, c: value });

test('what is built is read back as it was, and what would be read differently is refused', () => {
  const outcomes = { built: 0, refused: 0 };
  fc.assert(
    fc.property(grammar, values, (text, given) => {
      const pattern = parseKeyPattern(text);
      let key: Key;
      try {
        key = pattern.build(given);
      } catch (error) {
        outcomes.refused++;
        return isAfterwriteError(error, 'ITEM_MALFORMED');
      }
      outcomes.built++;
      const read = pattern.match(key);
      return pattern.placeholders.every((name) => read?.[name] === String(Reflect.get(given, name)));
    }),
    { numRuns: 1000 },
  );
  expect(outcomes.built).toBeGreaterThan(100);
  expect(outcomes.refused).toBeGreaterThan(20);
});

test('a key that is read can be built again from what was read', () => {
  fc.assert(
    fc.property(grammar, values, (text, given) => {
      const pattern = parseKeyPattern(text);
      const fill = (whole: string): string =>
        whole.replace(/\{(\w)\}/g, (_, name: string) => String(Reflect.get(given, name)));
      const [pk, sk] = text.split(' / ') as [string, string?];
      const key: Key = sk === undefined ? { pk: fill(pk) } : { pk: fill(pk), sk: fill(sk) };
      const read = pattern.match(key);
      if (read) expect(pattern.build(read)).toEqual(key);
    }),
    { numRuns: 1000 },
  );
});

const LONGEST = 9;
const words = Array.from({ length: LONGEST }, (_, i) => i + 1).flatMap((length) =>
  Array.from({ length: 2 ** length }, (_, bits) =>
    bits.toString(2).padStart(length, '0').replaceAll('0', 'A').replaceAll('1', 'B'),
  ),
);

test('two grammars overlap exactly where one key fits both', () => {
  const short = fc.constantFrom(
    'A',
    'B',
    'AB',
    '{a}',
    'A{a}',
    '{a}B',
    'A{a}B',
    'B{a}A',
    '{a}AB',
    '{a}B{b}',
    'A{a}A{b}',
    'BA',
  );
  fc.assert(
    fc.property(short, short, (x, y) => {
      const [first, second] = [parseKeyPattern(x), parseKeyPattern(y)];
      const common = words.some((pk) => first.match({ pk }) !== undefined && second.match({ pk }) !== undefined);
      expect(first.overlaps(second)).toBe(common);
      expect(second.overlaps(first)).toBe(common);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['', 'empty'],
  ['A / B / C', 'more than two parts'],
  ['{a}{b}', 'two placeholders'],
  ['A#{a-b}', 'no field name'],
  ['A#{}', 'no field name'],
])('the grammar %j is refused', (text, why) => {
  expect(() => parseKeyPattern(text, 'entities.x.key')).toThrow(
    expect.objectContaining({ code: 'DECLARATION_WRONG', message: expect.stringContaining(why) }),
  );
});

test('the id of a key is its own and leads back to it', () => {
  const key = fc.oneof(fc.record({ pk: fc.string() }), fc.record({ pk: fc.string(), sk: fc.string() }));
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(keyFromId(keyId(a))).toEqual(a);
      expect(keyId(a) === keyId(b)).toBe(a.pk === b.pk && Reflect.get(a, 'sk') === Reflect.get(b, 'sk'));
    }),
  );
});
