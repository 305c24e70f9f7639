import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';

/** Enough for a thread of its own to be busy with while the next lines are made. */
const CHUNK_CHARACTERS = 256 * 1024;

export interface Compressed {
  /** Gzip. */
  readonly body: Buffer;
  /** SHA-256 in hex, of the lines before compression. */
  readonly hash: string;
}

/** Lines as one gzip file, each with a line feed. They are asked for while those before them are compressed. */
export async function compress(lines: Iterable<string>): Promise<Compressed> {
  const hash = createHash('sha256');
  const chunks = Readable.from(
    chunksOf(lines, (chunk) => hash.update(chunk)),
    { objectMode: true, highWaterMark: 2 },
  );
  const body = await buffer(chunks.pipe(createGzip()));
  return { body, hash: hash.digest('hex') };
}

function* chunksOf(lines: Iterable<string>, onChunk: (chunk: Buffer) => void): Generator<Buffer> {
  let text = '';
  const flush = (): Buffer => {
    const chunk = Buffer.from(text);
    onChunk(chunk);
    text = '';
    return chunk;
  };
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length >= CHUNK_CHARACTERS) yield flush();
  }
  if (text !== '') yield flush();
}
