import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { Bench, BUCKET, sendRaw } from './endpoint.ts';

const CRC32_OF_HELLO = 'NhCmhg==';
const WRONG_CRC32 = 'AAAAAA==';

describe.each(['a folder', 'memory'] as const)('bodies refused, kept in %s', (keeps) => {
  const bench = new Bench(keeps);
  beforeAll(() => bench.startWithBucket());
  afterAll(() => bench.remove());

  const put = (headers: string[], body: string) =>
    sendRaw(bench.url, [`PUT /${BUCKET}/key HTTP/1.1`, `content-length: ${Buffer.byteLength(body)}`, ...headers], body);
  const putChunked = (mode: string, length: number, body: string, trailer = 'x-amz-trailer: x-amz-checksum-crc32') =>
    put(
      [
        `x-amz-content-sha256: ${mode}`,
        `x-amz-decoded-content-length: ${length}`,
        'content-encoding: aws-chunked',
        ...(trailer === '' ? [] : [trailer]),
      ],
      body,
    );
  const UNSIGNED = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  const SIGNED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
  const hello = (crc: string) => `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${crc}\r\n\r\n`;

  const list = () => bench.client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'key' }));
  const bodies = (): string[] => (bench.dir === undefined ? [] : readdirSync(join(bench.dir, 's3', BUCKET, 'bodies')));

  afterEach(async () => {
    // Nothing stays of what was refused: no object, and no bytes.
    const { KeyCount } = await list();
    if (expect.getState().currentTestName?.includes('stored:')) return;
    expect({ KeyCount, bodies: bodies().length }).toEqual({ KeyCount: 0, bodies: 0 });
  });

  test.each([
    ['a false CRC32 in a header', [`x-amz-checksum-crc32: ${WRONG_CRC32}`], 'BadDigest'],
    ['a false CRC64', ['x-amz-checksum-crc64nvme: AAAAAAAAAAA='], 'BadDigest'],
    ['a false Content-MD5', [`content-md5: ${createHash('md5').update('x').digest('base64')}`], 'BadDigest'],
    ['a Content-MD5 that is none', ['content-md5: short'], 'InvalidDigest'],
    ['a false content hash', [`x-amz-content-sha256: ${'0'.repeat(64)}`], 'XAmzContentSHA256Mismatch'],
    ['two checksums', [`x-amz-checksum-crc32: ${CRC32_OF_HELLO}`, 'x-amz-checksum-crc32c: AAAAAA=='], 'InvalidRequest'],
    ['an algorithm without its checksum', ['x-amz-sdk-checksum-algorithm: CRC32'], 'InvalidRequest'],
    ['a storage class that is none', ['x-amz-storage-class: WARM'], 'InvalidStorageClass'],
    ['too much metadata', [`x-amz-meta-a: ${'m'.repeat(2048)}`], 'MetadataTooLarge'],
  ])('%s', async (_, headers, code) => {
    expect(await put(headers, 'hello')).toMatchObject({
      status: 400,
      text: expect.stringContaining(`<Code>${code}</Code>`),
    });
  });

  test.each([
    ['an algorithm that is not implemented', ['x-amz-checksum-xxhash64: AAAAAAAAAAA=']],
    ['a lock', ['x-amz-object-lock-mode: COMPLIANCE']],
    ["a customer's key", ['x-amz-server-side-encryption-customer-algorithm: AES256']],
    ['an asymmetric signature', ['x-amz-content-sha256: STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD']],
  ])('%s', async (_, headers) => {
    expect(await put(headers, 'hello')).toMatchObject({ status: 501, text: expect.stringContaining('NotImplemented') });
  });

  test.each([
    ['a false trailing checksum', UNSIGNED, 5, hello(WRONG_CRC32), 'BadDigest'],
    ['a false trailing checksum, signed', `${SIGNED}-TRAILER`, 5, hello(WRONG_CRC32), 'BadDigest'],
    ['a flipped byte', UNSIGNED, 5, hello(CRC32_OF_HELLO).replace('hello', 'hallo'), 'BadDigest'],
    ['a trailer that was announced and did not come', UNSIGNED, 5, '5\r\nhello\r\n0\r\n\r\n', 'MalformedTrailerError'],
    ['fewer bytes than announced', UNSIGNED, 6, hello(CRC32_OF_HELLO), 'IncompleteBody'],
    ['a body cut within a chunk', UNSIGNED, 5, '5\r\nhel', 'IncompleteBody'],
    ['no chunks at all', UNSIGNED, 5, 'hello', 'IncompleteBody'],
    ['a malformed chunk with much behind it', UNSIGNED, 5, `zz\r\n${'x'.repeat(3_000_000)}`, 'InvalidRequest'],
  ])('%s', async (_, mode, length, body, code) => {
    expect(await putChunked(mode, length, body)).toMatchObject({
      status: 400,
      text: expect.stringContaining(`<Code>${code}</Code>`),
    });
  });

  test('a body that is refused at its start is read to its end: the connection serves the next request', async () => {
    const body = `zz\r\n${'x'.repeat(6_000_000)}`;
    const refused = [
      `PUT /${BUCKET}/key HTTP/1.1`,
      'host: x',
      `content-length: ${body.length}`,
      `x-amz-content-sha256: ${UNSIGNED}`,
      'x-amz-decoded-content-length: 5',
    ];
    const both = await sendRaw(bench.url, [`${refused.join('\r\n')}\r\n\r\n${body}HEAD /${BUCKET} HTTP/1.1`]);
    expect(both.text).toMatch(/^HTTP\/1.1 400 [\s\S]*HTTP\/1.1 200 OK/);
  });

  test('a connection that breaks within the body', async () => {
    const socket = connect(Number(new URL(bench.url).port), '127.0.0.1');
    socket.write(`PUT /${BUCKET}/key HTTP/1.1\r\nhost: x\r\ncontent-length: 4000000\r\n\r\n${'x'.repeat(2_000_000)}`);
    // It is at work with what has come.
    while (keeps === 'a folder' && bodies().length === 0) await list();
    socket.destroy();
    while (bodies().length > 0) await list();
  });

  test('an overwrite that is refused leaves the old object; stored:', async () => {
    await bench.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'key', Body: 'old' }));
    expect((await putChunked(UNSIGNED, 5, hello(WRONG_CRC32))).status).toBe(400);
    const found = await bench.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'key' }));
    expect(await found.Body?.transformToString()).toBe('old');
  });

  test.each([
    ['unsigned, with a trailer', UNSIGNED, hello(CRC32_OF_HELLO), undefined],
    ['signed', SIGNED, '5;chunk-signature=ab\r\nhello\r\n0;chunk-signature=cd\r\n\r\n', ''],
    [
      'signed, with a trailer',
      `${SIGNED}-TRAILER`,
      `5;chunk-signature=ab\r\nhello\r\n0;chunk-signature=cd\r\nx-amz-checksum-crc32:${CRC32_OF_HELLO}\r\nx-amz-trailer-signature:ef\r\n\r\n`,
      undefined,
    ],
  ])('what is right is stored: %s', async (_, mode, body, trailer) => {
    expect((await putChunked(mode, 5, body, trailer)).status).toBe(200);
    const found = await bench.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'key' }));
    expect(await found.Body?.transformToString()).toBe('hello');
    expect(found.ContentEncoding).toBeUndefined();
  });
});
