import fc from 'fast-check';
import { ChunkedDecoder } from '../../../infra/local/s3/chunked.ts';

function decode(...pieces: (string | Buffer)[]): { payload: string; trailers: Record<string, string> } {
  const decoder = new ChunkedDecoder();
  const payload = pieces.flatMap((piece) => decoder.push(Buffer.from(piece)));
  decoder.finish();
  return { payload: Buffer.concat(payload).toString(), trailers: Object.fromEntries(decoder.trailers) };
}

test('chunks, with a trailing checksum', () => {
  expect(decode('5\r\nhello\r\n1\r\n!\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n')).toEqual({
    payload: 'hello!',
    trailers: { 'x-amz-checksum-crc32': 'AAAAAA==' },
  });
});

test('signed chunks; signatures are passed over', () => {
  expect(decode('5;chunk-signature=ab12\r\nhello\r\n0;chunk-signature=cd34\r\n\r\n')).toEqual({
    payload: 'hello',
    trailers: {},
  });
});

test('an empty body', () => {
  expect(decode('0\r\n\r\n').payload).toBe('');
});

test('a payload that looks like chunk headers stays what it is', () => {
  expect(decode('9\r\n0\r\n\r\n5\r\nh\r\n0\r\n\r\n').payload).toBe('0\r\n\r\n5\r\nh');
});

test('any payload, in any chunks, cut anywhere', () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 });
  fc.assert(
    fc.property(chunks, fc.array(fc.nat(300), { maxLength: 8 }), (parts, cuts) => {
      const payload = Buffer.concat(parts);
      const lines = parts.flatMap((part) => [
        Buffer.from(`${part.length.toString(16)}\r\n`),
        part,
        Buffer.from('\r\n'),
      ]);
      const body = Buffer.concat([...lines, Buffer.from('0\r\na:b\r\n\r\n')]);
      const edges = [0, ...cuts.map((cut) => cut % body.length).sort((a, b) => a - b), body.length];
      const pieces = edges.slice(1).map((edge, at) => body.subarray(edges[at], edge));
      const decoder = new ChunkedDecoder();
      const decoded = Buffer.concat(pieces.flatMap((piece) => decoder.push(piece)));
      decoder.finish();
      expect(decoded.equals(payload)).toBe(true);
      expect(decoder.trailers.get('a')).toBe('b');
    }),
  );
});

test.each([
  ['cut within a chunk', '5\r\nhel'],
  ['cut before the last chunk', '5\r\nhello\r\n'],
  ['cut within the trailers', '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AA'],
  ['cut before the last empty line', '5\r\nhello\r\n0\r\n'],
])('%s: incomplete', (_, body) => {
  expect(() => decode(body)).toThrow(expect.objectContaining({ code: 'IncompleteBody' }));
});

test.each([
  ['a size that is none', 'hello\r\n'],
  ['a negative size', '-5\r\nhello\r\n0\r\n\r\n'],
  ['a chunk longer than its size', '4\r\nhello\r\n0\r\n\r\n'],
  ['bytes behind the end', '0\r\n\r\nmore'],
  ['lines that end in LF alone', '5\nhello\n0\n\n'],
  ['a trailer without a name', '0\r\n:b\r\n\r\n'],
  ['an endless header', 'a'.repeat(10_000)],
])('%s: malformed', (_, body) => {
  expect(() => decode(body)).toThrow(expect.objectContaining({ code: 'InvalidRequest' }));
});
