import type { ObjectRef } from '../../shared/model/objectRef.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { ReferredObjects } from '../../shared/ports/referredObjects.ts';

interface Given {
  readonly objects: ReferredObjects;
  readonly archive: ArchiveStore;
  /** A bucket of somebody else's. */
  readonly bucket: string;
  put(ref: ObjectRef, body: Uint8Array): Promise<void>;
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const under = (etag: string): string => `copies/${etag.replaceAll('"', '')}`;

/** What ReferredObjects do, whatever they stand on. */
export function referredObjectsContract(make: () => Promise<Given>): void {
  let given: Given;
  beforeEach(async () => {
    given = await make();
  });
  const ref = (key: string): ObjectRef => ({ bucket: given.bucket, key });

  test.each(['post-mortems/2026/1.md', 'a b+c/é😀?#%2F.md'])('%s is copied byte for byte, twice too', async (key) => {
    const body = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 31) % 256);
    await given.put(ref(key), body);
    const copied = await given.objects.copy(ref(key), under);
    expect(copied).toMatchObject({ bytes: 70_000, copy: under(copied.etag) });
    expect(Buffer.compare(await given.archive.get(copied.copy), body)).toBe(0);
    expect(await given.objects.copy(ref(key), under)).toEqual(copied);
  });

  test('an empty object is one too', async () => {
    await given.put(ref('empty'), new Uint8Array());
    const { copy } = await given.objects.copy(ref('empty'), under);
    expect(await given.archive.get(copy)).toHaveLength(0);
  });

  test('what was written anew is another object; the first copy stays as it is', async () => {
    await given.put(ref('a'), bytes('first'));
    const first = await given.objects.copy(ref('a'), under);
    await given.put(ref('a'), bytes('second'));
    const second = await given.objects.copy(ref('a'), under);
    expect(second.copy).not.toBe(first.copy);
    expect(Buffer.from(await given.archive.get(first.copy)).toString()).toBe('first');
    expect(Buffer.from(await given.archive.get(second.copy)).toString()).toBe('second');
  });

  test('a copy that has moved to a cold class is proven there', async () => {
    await given.put(ref('a'), bytes('first'));
    const { copy } = await given.objects.copy(ref('a'), under);
    await given.archive.move(copy, 'GLACIER');
    expect((await given.objects.copy(ref('a'), under)).copy).toBe(copy);
  });

  test('what is not there is NOT_FOUND, by its name; so is a bucket', async () => {
    await expect(given.objects.copy(ref('none'), under)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      retry: false,
      message: expect.stringContaining(`s3://${given.bucket}/none`),
    });
    const elsewhere = { bucket: `${given.bucket}-none`, key: 'a' };
    await expect(given.objects.copy(elsewhere, under)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
}
