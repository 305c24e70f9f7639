import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import pMap from 'p-map';
import { Bench, BUCKET } from './endpoint.ts';

const ODD_KEYS = [
  '..',
  '../escape',
  './here',
  '/leading',
  '//two',
  'trailing/',
  'trailing//',
  'a',
  'a/b',
  'a/b/',
  'a.json',
  'A',
  'hash#part?query=1&x=%20',
  'plus+space and %2F',
  'REVIEW#01/VERSION#1',
  'dt=2026-06-01/hh=12/1-9-ab.ndjson.gz',
  "it's (fine)! ~*",
  'back\\slash',
  '<&>"',
  'emoji-😀/🎉',
  '\uffee-after-the-surrogates',
  'ünïcödé',
  `${'long/'.repeat(204)}tail`,
  'k'.repeat(1024),
  '\u{1f600}'.repeat(256),
];

describe.each(['a folder', 'memory'] as const)('keys kept in %s', (keeps) => {
  const bench = new Bench(keeps);
  beforeAll(() => bench.startWithBucket());
  afterAll(() => bench.remove());

  const put = (Key: string, Body = Key) => bench.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  const list = (more: object = {}) => bench.client.send(new ListObjectsV2Command({ Bucket: BUCKET, ...more }));
  const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

  test('odd keys are kept apart, read back, and listed in byte order, after a restart as well', async () => {
    for (const key of ODD_KEYS) await put(key);
    const check = async () => {
      const listed = (await list()).Contents?.map(({ Key }) => Key);
      expect(listed).toEqual([...ODD_KEYS].sort(byBytes));
      for (const Key of ODD_KEYS) {
        const found = await bench.client.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
        expect(await found.Body?.transformToString()).toBe(Key);
      }
    };
    await check();
    if (keeps === 'memory') return;
    await bench.stop();
    await bench.start();
    await check();
  });

  test('names can be asked for URL-encoded', async () => {
    await put('enc/ä b+c/1~');
    const page = await list({ Prefix: 'enc/', EncodingType: 'url', Delimiter: '~' });
    expect(page).toMatchObject({ EncodingType: 'url', Prefix: 'enc/', Delimiter: '%7E' });
    expect(page.CommonPrefixes).toEqual([{ Prefix: 'enc/%C3%A4+b%2Bc/1%7E' }]);
  });

  test('2,500 keys come in three pages, in order', async () => {
    const keys = Array.from({ length: 2_500 }, (_, n) => `page/${n}`);
    await pMap(keys, (key) => put(key), { concurrency: 16 });
    const pages: number[] = [];
    const found: string[] = [];
    for await (const page of paginateListObjectsV2({ client: bench.client }, { Bucket: BUCKET, Prefix: 'page/' })) {
      pages.push(page.KeyCount ?? 0);
      found.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
    }
    expect(pages).toEqual([1000, 1000, 500]);
    expect(found).toEqual([...keys].sort(byBytes));
  });

  test('folders', async () => {
    for (const key of ['dir/x/1', 'dir/x/2', 'dir/y', 'dir/z/1', 'dirt']) await put(key);
    const first = await list({ Prefix: 'dir/', Delimiter: '/', MaxKeys: 2 });
    expect(first).toMatchObject({ KeyCount: 2, IsTruncated: true, MaxKeys: 2 });
    expect(first.CommonPrefixes).toEqual([{ Prefix: 'dir/x/' }]);
    expect(first.Contents?.map(({ Key }) => Key)).toEqual(['dir/y']);
    const ContinuationToken = first.NextContinuationToken;
    const second = await list({ Prefix: 'dir/', Delimiter: '/', ContinuationToken });
    expect(second).toMatchObject({ KeyCount: 1, IsTruncated: false, CommonPrefixes: [{ Prefix: 'dir/z/' }] });
    expect(second.Contents).toBeUndefined();
  });

  test('what an entry tells; start-after; nothing found', async () => {
    await put('entry/1', 'hello');
    await put('entry/2');
    const page = await list({ Prefix: 'entry/', StartAfter: 'entry/0', MaxKeys: 1 });
    expect(page.Contents).toEqual([
      {
        Key: 'entry/1',
        ETag: '"5d41402abc4b2a76b9719d911017c592"',
        Size: 5,
        StorageClass: 'STANDARD',
        LastModified: new Date(bench.clock.now()),
        ChecksumAlgorithm: ['CRC32'],
        ChecksumType: 'FULL_OBJECT',
      },
    ]);
    expect((await list({ Prefix: 'entry/', StartAfter: 'entry/2' })).KeyCount).toBe(0);
    expect((await list({ MaxKeys: 0 })).IsTruncated).toBe(false);
  });

  test('a key that is too long is refused', async () => {
    await expect(put('k'.repeat(1025))).rejects.toMatchObject({ name: 'KeyTooLongError' });
    await expect(
      bench.client.send(new HeadObjectCommand({ Bucket: BUCKET, Key: 'k'.repeat(1025) })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });
});
