import fc from 'fast-check';
import { listPage } from '../../../infra/local/s3/listing.ts';
import { compareUtf8, SortedKeys } from '../../../infra/local/s3/sortedKeys.ts';

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const sortedKeys = (keys: string[]) => new SortedKeys(keys.map((key) => [key, key] as const));
const everything = { prefix: '', delimiter: '', maxKeys: 1000, startAfter: '', token: undefined };

/** Well-formed text only, as keys are; with the characters whose UTF-16 order differs from their UTF-8 order. */
const key = fc
  .array(fc.constantFrom('a', 'b', '/', 'é', '\uffee', '\u{1f600}', '\u{10000}'), { maxLength: 6 })
  .map((c) => c.join(''));

test('keys are ordered by their UTF-8 bytes', () => {
  fc.assert(fc.property(key, key, (a, b) => Math.sign(compareUtf8(a, b)) === Math.sign(byBytes(a, b))));
});

test('the order holds as keys come and go', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), key)), (steps) => {
      const keys = sortedKeys([]);
      const model = new Set<string>();
      for (const [comes, name] of steps) {
        if (comes) keys.set(name, name);
        else keys.delete(name);
        if (comes) model.add(name);
        else model.delete(name);
      }
      expect(listPage(keys, everything).objects.map(([name]) => name)).toEqual([...model].sort(byBytes));
    }),
  );
});

test('pages of any length, put together, are the whole; each common prefix comes once', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(key),
      key,
      fc.constantFrom('', '/', 'a/'),
      fc.integer({ min: 1, max: 4 }),
      (names, prefix, delimiter, maxKeys) => {
        const keys = sortedKeys(names);
        const found: string[] = [];
        let token: string | undefined;
        do {
          const page = listPage(keys, { prefix, delimiter, maxKeys, startAfter: '', token });
          const entries = [...page.objects.map(([name]) => name), ...page.commonPrefixes];
          expect(entries.length).toBeLessThanOrEqual(maxKeys);
          found.push(...entries.sort(byBytes));
          token = page.nextToken;
        } while (token !== undefined);
        const end = (name: string) => (delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length));
        const expected = names
          .filter((name) => name.startsWith(prefix))
          .map((name) => (end(name) === -1 ? name : name.slice(0, end(name) + delimiter.length)));
        expect(found).toEqual([...new Set(expected)].sort(byBytes));
      },
    ),
  );
});

test('start-after begins behind a key, there or not', () => {
  const keys = sortedKeys(['a', 'b', 'd']);
  const after = (startAfter: string) => listPage(keys, { ...everything, startAfter }).objects.map(([name]) => name);
  expect(after('b')).toEqual(['d']);
  expect(after('c')).toEqual(['d']);
  expect(after('d')).toEqual([]);
});

test('a page goes on where it stopped, though its last key is gone meanwhile', () => {
  const keys = sortedKeys(['a', 'b', 'c']);
  const { nextToken: token } = listPage(keys, { ...everything, maxKeys: 2 });
  keys.delete('b');
  expect(listPage(keys, { ...everything, token }).objects.map(([name]) => name)).toEqual(['c']);
});

test('no keys asked, none given; a token that is none is refused', () => {
  expect(listPage(sortedKeys(['a']), { ...everything, maxKeys: 0 })).toEqual({ objects: [], commonPrefixes: [] });
  expect(() => listPage(sortedKeys(['a']), { ...everything, token: 'x' })).toThrow(
    expect.objectContaining({ code: 'InvalidArgument' }),
  );
});

test('50,000 keys in no order are all listed, page by page', () => {
  const keys = sortedKeys([]);
  for (let n = 0; n < 50_000; n++) keys.set(`v1/journal/${(n * 7919) % 50_000}`, '');
  let token: string | undefined;
  let listed = 0;
  do {
    const page = listPage(keys, { ...everything, token });
    listed += page.objects.length;
    token = page.nextToken;
  } while (token !== undefined);
  expect(listed).toBe(50_000);
});
