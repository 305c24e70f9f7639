import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const gzipAsync = promisify(gzip);

/** Lines of JSON come to a tenth or so: they are handed out in one piece, for each further one waits until the main thread is free. */
const PACKED_TIMES = 4;
const LEAST_PIECE = 16 * 1024;

/** Enough for a thread of its own to be busy with while the next lines are made, and to compress nearly as well. */
const CHUNK_CHARACTERS = 256 * 1024;

interface Compressed {
  /** Gzip files one after another are a gzip file (RFC 1952, 2.2). */
  readonly body: Buffer;
  /** SHA-256 in hex, of the lines before compression. */
  readonly hash: string;
}

/** As one gzip file. */
export const pack = (content: Buffer): Promise<Buffer> =>
  gzipAsync(content, { chunkSize: Math.max(LEAST_PIECE, Math.ceil(content.length / PACKED_TIMES)) });

/** Lines as one gzip file, each with a line feed. They are asked for while those before them are compressed. */
export async function compress(lines: Iterable<string>): Promise<Compressed> {
  const hash = createHash('sha256');
  const parts: Promise<Buffer>[] = [];
  for (const text of chunksOf(lines)) {
    const chunk = Buffer.from(text);
    parts.push(pack(chunk));
    hash.update(chunk);
  }
  return { body: Buffer.concat(await Promise.all(parts)), hash: hash.digest('hex') };
}

/** One at least: nothing is a gzip file too. */
function* chunksOf(lines: Iterable<string>): Generator<string> {
  let text = '';
  let chunks = 0;
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < CHUNK_CHARACTERS) continue;
    yield text;
    text = '';
    chunks++;
  }
  if (text !== '' || chunks === 0) yield text;
}
