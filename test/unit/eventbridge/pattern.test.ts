import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../../infra/local/eventbridge/pattern/compile.ts';
import { fieldsOf } from '../../../infra/local/eventbridge/pattern/fields.ts';
import { matches } from '../../../infra/local/eventbridge/pattern/match.ts';
import type { Json } from '../../../infra/local/eventbridge/pattern/pattern.ts';
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

describe('cost', () => {
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
