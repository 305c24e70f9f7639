import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { Bench, BUCKET } from './endpoint.ts';

describe.each(['a folder', 'memory'] as const)('objects kept in %s', (keeps) => {
  const bench = new Bench(keeps);
  beforeAll(() => bench.startWithBucket());
  afterAll(() => bench.remove());

  const put = (Key: string, Body: string | Buffer, more: object = {}) =>
    bench.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...more }));
  const get = (Key: string, more: object = {}) =>
    bench.client.send(new GetObjectCommand({ Bucket: BUCKET, Key, ...more }));
  const read = async (Key: string, more: object = {}) => (await get(Key, more)).Body?.transformToString();
  const head = (Key: string, more: object = {}) =>
    bench.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key, ...more }));

  test('a body comes back with its metadata, digest and checksum', async () => {
    const written = await put('a', 'hello', {
      ContentType: 'text/plain',
      ContentEncoding: 'gzip',
      CacheControl: 'no-cache',
      Metadata: { rows: '12' },
    });
    expect(written.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    expect(written.ChecksumCRC32).toBe('NhCmhg==');
    const found = await get('a', { ChecksumMode: 'ENABLED' });
    expect(found).toMatchObject({
      ETag: written.ETag,
      ContentLength: 5,
      ContentType: 'text/plain',
      ContentEncoding: 'gzip',
      CacheControl: 'no-cache',
      Metadata: { rows: '12' },
      ChecksumCRC32: 'NhCmhg==',
      ChecksumType: 'FULL_OBJECT',
      AcceptRanges: 'bytes',
      LastModified: new Date(bench.clock.now()),
    });
    expect(found.StorageClass).toBeUndefined();
    expect(found.$metadata.requestId).toMatch(/^\w{16}$/);
    expect(await found.Body?.transformToString()).toBe('hello');
    expect((await head('a')).ChecksumCRC32).toBeUndefined();
    expect((await head('a', { ChecksumMode: 'ENABLED' })).ChecksumCRC32).toBe('NhCmhg==');
  });

  test.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256', 'CRC64NVME'] as const)(
    'a stream with a trailing %s',
    async (ChecksumAlgorithm) => {
      const body = randomBytes(3_000_000);
      const stream = Readable.from([body.subarray(0, 1_000_001), body.subarray(1_000_001)]);
      await bench.client.send(
        new PutObjectCommand({
          Bucket: BUCKET,
          Key: 'stream',
          Body: stream,
          ContentLength: body.length,
          ContentEncoding: 'gzip',
          ChecksumAlgorithm,
        }),
      );
      const found = await get('stream', { ChecksumMode: 'ENABLED' });
      expect(found[`Checksum${ChecksumAlgorithm}`]).toEqual(expect.any(String));
      expect(found.ContentEncoding).toBe('gzip');
      expect(found.ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
      expect(Buffer.from((await found.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
    },
  );

  test('24 MB, and an empty body', async () => {
    const body = randomBytes(24 * 1024 * 1024);
    await put('large', body);
    const found = await (await get('large')).Body?.transformToByteArray();
    expect(Buffer.from(found ?? []).equals(body)).toBe(true);
    await put('empty', Buffer.alloc(0));
    expect(await read('empty')).toBe('');
    expect((await head('empty')).ContentLength).toBe(0);
  });

  test('ranges', async () => {
    await put('digits', '0123456789');
    expect(await read('digits', { Range: 'bytes=2-4' })).toBe('234');
    expect(await read('digits', { Range: 'bytes=-3' })).toBe('789');
    expect(await read('digits', { Range: 'bytes=8-' })).toBe('89');
    const part = await get('digits', { Range: 'bytes=2-4', ChecksumMode: 'ENABLED' });
    expect(part).toMatchObject({ ContentRange: 'bytes 2-4/10', ContentLength: 3, $metadata: { httpStatusCode: 206 } });
    expect(part.ChecksumCRC32).toBeUndefined();
    await expect(get('digits', { Range: 'bytes=10-' })).rejects.toMatchObject({
      name: 'InvalidRange',
      ActualObjectSize: '10',
    });
  });

  test('a range of a large body is streamed', async () => {
    const body = randomBytes(4 * 1024 * 1024);
    await put('wide', body);
    const found = await (await get('wide', { Range: 'bytes=1000-3000000' })).Body?.transformToByteArray();
    expect(Buffer.from(found ?? []).equals(body.subarray(1000, 3_000_001))).toBe(true);
  });

  test('a reader of what is overwritten or deleted meanwhile gets the old body whole', async () => {
    const body = randomBytes(4 * 1024 * 1024);
    await put('moving', body);
    const reading = await get('moving');
    await put('moving', 'new');
    const second = await get('moving');
    await bench.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'moving' }));
    expect(Buffer.from((await reading.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
    expect(await second.Body?.transformToString()).toBe('new');
  });

  test('an ETag decides what a reader gets', async () => {
    const { ETag } = await put('tagged', 'x');
    await expect(get('tagged', { IfNoneMatch: ETag })).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    await expect(head('tagged', { IfMatch: '"other"' })).rejects.toMatchObject({ $metadata: { httpStatusCode: 412 } });
    expect(await read('tagged', { IfMatch: ETag })).toBe('x');
  });

  test('what is not there', async () => {
    await expect(get('nothing')).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
    await expect(head('nothing')).rejects.toMatchObject({ name: 'NotFound' });
    await expect(
      bench.client.send(new PutObjectCommand({ Bucket: 'no-such', Key: 'a', Body: 'a' })),
    ).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  test('one is deleted, then many; what is absent counts as deleted', async () => {
    const keys = ['one', 'two & <three>', ' ', 'line\nfeed\r', '"quoted"'];
    for (const key of keys) await put(key, key);
    await bench.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'one' }));
    const answer = await bench.client.send(
      new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
    );
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(keys);
    for (const key of keys) await expect(head(key)).rejects.toMatchObject({ name: 'NotFound' });
  });

  test('a copy carries metadata, tags and checksum, but no storage class', async () => {
    await put('from', 'copied', { Metadata: { a: '1' }, Tagging: 'k=v%20w', StorageClass: 'STANDARD_IA' });
    const copied = await bench.client.send(
      new CopyObjectCommand({ Bucket: BUCKET, Key: 'to', CopySource: `${BUCKET}/from` }),
    );
    expect(copied.CopyObjectResult?.ChecksumCRC32).toEqual(expect.any(String));
    expect(await read('to')).toBe('copied');
    expect(await head('to')).toMatchObject({ Metadata: { a: '1' } });
    expect((await head('to')).StorageClass).toBeUndefined();
    await put('from', 'changed');
    expect(await read('to')).toBe('copied');
  });

  test('a copy onto itself changes the storage class, or is refused', async () => {
    await put('self', 'same', { Metadata: { a: '1' } });
    const onto = (more: object) =>
      bench.client.send(new CopyObjectCommand({ Bucket: BUCKET, Key: 'self', CopySource: `${BUCKET}/self`, ...more }));
    await onto({ StorageClass: 'GLACIER_IR' });
    expect(await head('self')).toMatchObject({ StorageClass: 'GLACIER_IR', Metadata: { a: '1' } });
    expect(await read('self')).toBe('same');
    await expect(onto({ StorageClass: 'GLACIER_IR' })).rejects.toMatchObject({ name: 'InvalidRequest' });
    await onto({ MetadataDirective: 'REPLACE', Metadata: { b: '2' }, StorageClass: 'GLACIER_IR' });
    expect((await head('self')).Metadata).toEqual({ b: '2' });
  });

  test('tags', async () => {
    await put('t', 'body', { Tagging: 'a=1&b=x%26y' });
    const tagsOf = async () =>
      (await bench.client.send(new GetObjectTaggingCommand({ Bucket: BUCKET, Key: 't' }))).TagSet;
    expect(await tagsOf()).toEqual([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: 'x&y' },
    ]);
    await bench.client.send(
      new PutObjectTaggingCommand({ Bucket: BUCKET, Key: 't', Tagging: { TagSet: [{ Key: 'c', Value: ' <3> ' }] } }),
    );
    expect(await tagsOf()).toEqual([{ Key: 'c', Value: ' <3> ' }]);
    expect(await read('t')).toBe('body');
    await bench.client.send(new PutObjectTaggingCommand({ Bucket: BUCKET, Key: 't', Tagging: { TagSet: [] } }));
    expect(await tagsOf()).toEqual([]);
  });
});
