import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { conditionGiven, conditionInFile } from '../../../infra/cli/patterns.ts';
import { since, startOf } from '../../../infra/cli/since.ts';

const dir = mkdtempSync(join(tmpdir(), 'patterns-'));
afterAll(() => rmSync(dir, { recursive: true }));
const fileWith = (text: string): string => {
  const file = join(dir, 'pattern.json');
  writeFileSync(file, text);
  return file;
};

describe('a pattern', () => {
  test('is given as JSON, or as a file', () => {
    const text = '{"data": {"risk": [{"numeric": [">=", 50]}]}}';
    for (const condition of [conditionGiven('--where', text), conditionGiven('--where', `@${fileWith(text)}`)]) {
      expect(condition({ data: { risk: 50 } })).toBe(true);
      expect(condition({ data: { risk: 49 } })).toBe(false);
      expect(condition({ data: {} })).toBe(false);
    }
  });

  test.each([
    [
      '{"detail": {"data": {"risk": [{"numeric": [">=", "50"]}]}}}',
      /Value of >= must be numeric at detail\.data\.risk\[0\]/,
    ],
    ['{"detail": \n {"data": [1}', /at line 2, column 13/],
    ['[]', /Filter is not an object$/],
  ])('%s is refused, with its place', (text, message) => {
    const refused = expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) });
    expect(() => conditionInFile(fileWith(text))).toThrow(refused);
  });

  test('in a file that is not there is refused', () => {
    const refused = expect.objectContaining({ code: 'USAGE', message: expect.stringContaining("can't be read") });
    expect(() => conditionInFile(join(dir, 'gone'))).toThrow(refused);
    expect(() => conditionGiven('--where', `@${join(dir, 'gone')}`)).toThrow(refused);
  });
});

describe('since', () => {
  const now = Date.parse('2026-01-31T09:00:00.000Z');

  test.each([
    ['90s', '2026-01-31T08:58:30.000Z'],
    ['30m', '2026-01-31T08:30:00.000Z'],
    ['1h', '2026-01-31T08:00:00.000Z'],
    ['7d', '2026-01-24T09:00:00.000Z'],
    ['99999d', '1970-01-01T00:00:00.000Z'],
    ['2026-01-01', '2026-01-01T00:00:00.000Z'],
    ['2026-01-31T09:00:00+01:00', '2026-01-31T08:00:00.000Z'],
  ])('%s', (text, from) => expect(startOf(since(text), now)).toBe(from));

  test.each(['yesterday', '1w', '-1h', ''])('%j is refused', (text) => expect(() => since(text)).toThrow('1h'));
});
