import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../../infra/local/eventbridge/pattern/compile.ts';
import { fieldsOf } from '../../../infra/local/eventbridge/pattern/fields.ts';
import { matches } from '../../../infra/local/eventbridge/pattern/match.ts';
import { InvalidPattern, type Json } from '../../../infra/local/eventbridge/pattern/pattern.ts';
import { MATCHING, NOT_MATCHING, REFUSED } from './patternCases.ts';

const isMatch = (pattern: Json, event: Json): boolean => matches(compile(JSON.stringify(pattern)), fieldsOf(event));

interface CheckedCase {
  name: string;
  pattern: Json;
  event: Json;
  match: boolean;
}

const CHECKED: CheckedCase[] = JSON.parse(
  readFileSync(join(__dirname, '../../fixtures/eventbridge-patterns.json'), 'utf8'),
);

describe("cases checked against AWS's own rule engine", () => {
  test('all are there', () => expect(CHECKED).toHaveLength(33));

  test.each(CHECKED)('$name', ({ pattern, event, match }) => {
    expect(isMatch(pattern, event)).toBe(match);
  });
});

describe.each(Object.entries(MATCHING))('%s: matches', (_, cases) => {
  test.each(cases)('%j on %j', (pattern, event) => expect(isMatch(pattern, event)).toBe(true));
});

describe.each(Object.entries(NOT_MATCHING))('%s: does not match', (_, cases) => {
  test.each(cases)('%j on %j', (pattern, event) => expect(isMatch(pattern, event)).toBe(false));
});

describe('refused, with the reason of AWS', () => {
  test.each(REFUSED)('%s: %s', (pattern, reason) => expect(() => compile(pattern)).toThrow(reason));

  test('more than a thousand combinations', () => {
    const anyOf = (name: string) => Array.from({ length: 11 }, (_, index) => ({ [name + index]: [1] }));
    const pattern = { a: { $or: anyOf('a') }, b: { $or: anyOf('b') }, c: { $or: anyOf('c') } };
    expect(() => compile(JSON.stringify(pattern))).toThrow('more than 1000 combinations');
  });
});

describe('a refusal tells its place', () => {
  const placeOf = (pattern: string): string | undefined => {
    try {
      compile(pattern);
    } catch (error) {
      if (error instanceof InvalidPattern) return error.place;
    }
    throw new Error('not refused');
  };

  test.each([
    ['{"detail": {"status": ["a", {"starts-with": "x"}]}}', 'detail.status[1]'],
    ['{"detail": {"status": []}}', 'detail.status'],
    ['{"detail": {"status": "x"}}', 'detail.status'],
    ['{"detail": {}}', 'detail'],
    ['{"detail": {"$or": [{"a": [1]}]}}', 'detail.$or'],
    ['{"$or": [{"a": [1]}, {"b": [{"numeric": [">"]}]}]}', 'b[0]'],
    ['{"a": ["x"],\n  "b": [1}', 'line 2, column 10'],
    ['{"a": ["x"]', 'line 1, column 12'],
    ['["a"]', undefined],
  ])('%s: %s', (pattern, place) => expect(placeOf(pattern)).toBe(place));
});

describe('cost', () => {
  test('elements of arrays that have nothing to do with each other do not multiply', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const rows = Array.from({ length: 60 }, (_, n) => ({ n, x: 1 }));
    const event = Object.fromEntries(names.map((name) => [name, rows]));
    const pattern = Object.fromEntries(
      names.map((name) => [name, { x: [1], n: [name === 'h' ? 60 : { exists: true }] }]),
    );
    const started = performance.now();
    expect(isMatch(pattern, event)).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(isMatch({ ...pattern, h: { x: [1], n: [59] } }, event)).toBe(true);
  });

  test('arrays that fail late do not multiply', () => {
    const many = Array.from({ length: 120 }, () => 1);
    const started = performance.now();
    expect(isMatch({ a: [1], b: [1], c: [1], d: [2] }, { a: many, b: many, c: many, d: many })).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test('a wildcard reads a long text once for each segment', () => {
    const started = performance.now();
    expect(isMatch({ a: [{ wildcard: '*a*b*c*d*e' }] }, { a: 'abcd'.repeat(50_000) })).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
