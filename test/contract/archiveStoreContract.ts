import pMap from 'p-map';
import { readLines, writeProven } from '../../shared/archive/lines.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import { gather } from './reading.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

/** What every ArchiveStore does, whatever it stands on. */
export function archiveStoreContract(make: () => Promise<ArchiveStore>): void {
  let archive: ArchiveStore;
  beforeEach(async () => {
    archive = await make();
  });

  test('an object is read byte for byte as it was written', async () => {
    const body = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31) % 256);
    await archive.putIfAbsent('a/b', body);
    expect(Buffer.compare(await archive.get('a/b'), body)).toBe(0);
    await archive.putIfAbsent('a/empty', new Uint8Array());
    expect(await archive.get('a/empty')).toHaveLength(0);
  });

  test('a range is read alone', async () => {
    await archive.putIfAbsent('k', bytes('0123456789'));
    const read = async (offset: number, length: number): Promise<string> =>
      Buffer.from(await archive.get('k', { offset, bytes: length })).toString();
    expect(await read(0, 1)).toBe('0');
    expect(await read(3, 4)).toBe('3456');
    expect(await read(9, 1)).toBe('9');
    expect(await read(8, 100)).toBe('89');
    await expect(archive.get('none', { offset: 0, bytes: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('the first writer of a key wins, and the others are told', async () => {
    const outcomes = await Promise.all(['x', 'y', 'z'].map((text) => archive.putIfAbsent('k', bytes(text))));
    expect([...outcomes].sort()).toEqual(['present', 'present', 'written']);
    const winner = ['x', 'y', 'z'][outcomes.indexOf('written')];
    expect(Buffer.from(await archive.get('k')).toString()).toBe(winner);
  });

  test('what is not there is NOT_FOUND', async () => {
    await expect(archive.get('none')).rejects.toMatchObject({ code: 'NOT_FOUND', retry: false });
  });

  test('a prefix lists what lies under it in the order of bytes, with size and class', async () => {
    for (const key of ['p/b', 'p/a/1', 'p/a', 'q/a', 'p/\u{FF5E}', 'p/\u{1F600}', 'p/Z'])
      await archive.putIfAbsent(key, bytes(key));
    await archive.putIfAbsent('p/cold', bytes('12345'), { storageClass: 'GLACIER_IR' });
    const listed = await gather(archive.list('p/'));
    expect(listed.map(({ key }) => key)).toEqual(['p/Z', 'p/a', 'p/a/1', 'p/b', 'p/cold', 'p/\u{FF5E}', 'p/\u{1F600}']);
    expect(listed[4]).toEqual({ key: 'p/cold', bytes: 5, storageClass: 'GLACIER_IR' });
    expect(listed[1]).toEqual({ key: 'p/a', bytes: 3, storageClass: 'STANDARD' });
    expect(await gather(archive.list('none/'))).toEqual([]);
  });

  test('prefixes are told once, up to the next slash, in the order of bytes; keys without one are none', async () => {
    const keys = ['p/b/1', 'p/b/2/3', 'p/a%2Fx/1', 'p/a', 'q/a/1', 'p/\u{FF5E}/1', 'p/\u{1F600}/1', 'p/%5F/1', 'p/_/1'];
    for (const key of keys) await archive.putIfAbsent(key, bytes(key));
    const own = ['p/%5F/', 'p/_/', 'p/a%2Fx/', 'p/b/', 'p/\u{FF5E}/', 'p/\u{1F600}/'];
    expect(await gather(archive.prefixes('p/'))).toEqual(own);
    expect(await gather(archive.prefixes('p/b/'))).toEqual(['p/b/2/']);
    expect(await gather(archive.prefixes('none/'))).toEqual([]);
  });

  test('more prefixes than one page has are all told', async () => {
    const keys = Array.from({ length: 1_003 }, (_, i) => `t/${String(i).padStart(4, '0')}/x`);
    await pMap(keys, (key) => archive.putIfAbsent(key, new Uint8Array()), { concurrency: 16 });
    expect(await gather(archive.prefixes('t/'))).toEqual(keys.map((key) => key.slice(0, -1)));
  });

  test('an instant class is read like any other', async () => {
    await archive.putIfAbsent('k', bytes('x'), { storageClass: 'GLACIER_IR' });
    expect(Buffer.from(await archive.get('k')).toString()).toBe('x');
  });

  test('lines are written, proven and read again', async () => {
    const key = await writeProven(archive, ['{"a":1}', '{"b":"é"}'], (hash) => `lines/${hash}`);
    expect(await readLines(archive, key)).toEqual(['{"a":1}', '{"b":"é"}']);
    expect(await writeProven(archive, ['{"a":1}', '{"b":"é"}'], (hash) => `lines/${hash}`)).toBe(key);
  });

  test.each(['GLACIER', 'DEEP_ARCHIVE'] as const)(
    'lines of the class %s are proven before they move there, twice too, and must be restored to be read',
    async (storageClass) => {
      const write = () => writeProven(archive, ['{}'], (hash) => `lines/${hash}`, storageClass);
      const key = await write();
      expect(await write()).toBe(key);
      expect(await gather(archive.list('lines/'))).toMatchObject([{ key, storageClass }]);
      await expect(archive.get(key)).rejects.toMatchObject({ code: 'ARCHIVE_COLD', retry: false });
    },
  );

  test('an object is moved to another class, and is still what it was', async () => {
    await archive.putIfAbsent('k', bytes('x'));
    await archive.move('k', 'GLACIER_IR');
    expect(await gather(archive.list('k'))).toEqual([{ key: 'k', bytes: 1, storageClass: 'GLACIER_IR' }]);
    expect(Buffer.from(await archive.get('k')).toString()).toBe('x');
    expect(await archive.putIfAbsent('k', bytes('y'))).toBe('present');
  });

  test('what is erased is gone, twice too; nothing holds it; and its key can be written again', async () => {
    await archive.putIfAbsent('a/b', bytes('x'));
    await archive.putIfAbsent('a/bc', bytes('y'));
    expect(await archive.lockOf('a/b')).toBeUndefined();
    await archive.erase('a/b');
    await archive.erase('a/b');
    expect((await gather(archive.list('a/'))).map(({ key }) => key)).toEqual(['a/bc']);
    expect(await archive.lockOf('a/b')).toBeUndefined();
    expect(await archive.putIfAbsent('a/b', bytes('z'))).toBe('written');
  });

  test('what is removed is gone, twice too; and its key can be written again', async () => {
    await archive.putIfAbsent('a/b', bytes('x'));
    await archive.putIfAbsent('a/c', bytes('z'));
    await archive.remove('a/b');
    await archive.remove('a/b');
    await expect(archive.get('a/b')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await gather(archive.list('a/'))).map(({ key }) => key)).toEqual(['a/c']);
    expect(await archive.putIfAbsent('a/b', bytes('y'))).toBe('written');
  });
}
