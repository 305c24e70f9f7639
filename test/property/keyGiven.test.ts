import fc from 'fast-check';
import { readKey } from '../../infra/cli/keyGiven.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { type Key, keyId, keyText, partitionOf } from '../../shared/model/keys.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';

/* A key that a person gives is the one that was meant, or is refused. */

const text = fc.string({
  unit: fc.constantFrom('a', '#', '/', '%', '2', 'F', '5', '🦊', 'REVIEW#', 'VERSION#1'),
  minLength: 1,
});
const key: fc.Arbitrary<Key> = fc.record({ pk: text, sk: text });
const version: fc.Arbitrary<Key> = text.map((id) => ({ pk: `REVIEW#${id}`, sk: 'VERSION#1' }));

test('as JSON, every key is read as it is', () => {
  fc.assert(fc.property(key, (given) => expect(readKey(reviewer, keyId(given))).toEqual(given)));
});

test.each([
  ['as messages show it', keyText],
  ['as lists show it', partitionOf],
])('%s, a declared key is read as it is, or refused with its readings', (_, show) => {
  let read = 0;
  fc.assert(
    fc.property(version, (given) => {
      try {
        expect(readKey(reviewer, show(given))).toEqual(given);
        read++;
      } catch (error) {
        if (!isAfterwriteError(error, 'USAGE')) throw error;
        expect(error.mend).toContain(keyId(given));
      }
    }),
    { numRuns: 500 },
  );
  expect(read).toBeGreaterThan(100);
});

test.each(['', 'x', '/x', 'x/', '["x"]', '["x","y","z"]', '["x",1]', '[', '["","x"]'])("'%s' is no key", (given) => {
  expect(() => readKey(reviewer, given)).toThrow(expect.objectContaining({ code: 'USAGE' }));
});
