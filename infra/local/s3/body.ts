import type { IncomingHttpHeaders } from 'node:http';
import {
  type Checksum,
  type ChecksumAlgorithm,
  hashChecksum,
  isChecksumAlgorithm,
  startChecksum,
} from './checksums.ts';
import { ChunkedDecoder } from './chunked.ts';
import { S3Error } from './errors.ts';
import { header, type S3Request } from './request.ts';
import { LONGEST_DOCUMENT } from './xml.ts';

/** What a body turned out to be, once every claim about it was found true. */
export interface ReceivedBody {
  size: number;
  md5Hex: string;
  checksum: { algorithm: ChecksumAlgorithm; value: string };
}

/** What the headers say of the body. `checksum.value` is undefined where a trailer will bring it. */
interface Claims {
  size: number;
  chunked: boolean;
  sha256Hex: string | undefined;
  md5Hex: string | undefined;
  checksum: { algorithm: ChecksumAlgorithm; value: string | undefined } | undefined;
}

/** S3 User Guide, "Uploading objects": the largest body of one PutObject, in bytes. */
const LARGEST_BODY = 5 * 1024 ** 3;
/** What S3 computes by itself where the client sends no checksum (S3 User Guide, "Checking object integrity"). */
const DEFAULT_ALGORITHM: ChecksumAlgorithm = 'crc64nvme';

const CHECKSUM_HEADER = /^x-amz-checksum-(?!mode$|type$|algorithm$)(.+)$/;
const CHUNKED = new Set([
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
]);

/** Hands the payload to `write` piece by piece. Whoever stores it must drop it when this throws: a claim was false. */
export async function receiveBody(
  request: S3Request,
  write: (piece: Buffer) => Promise<void> | void,
): Promise<ReceivedBody> {
  const claims = readClaims(request.headers);
  const algorithm = claims.checksum?.algorithm ?? DEFAULT_ALGORITHM;
  const md5 = hashChecksum('md5', 'hex');
  const sha256 = claims.sha256Hex === undefined ? undefined : hashChecksum('sha256', 'hex');
  const checksum = startChecksum(algorithm);
  const decoder = claims.chunked ? new ChunkedDecoder() : undefined;
  let size = 0;
  for await (const piece of pieces(request.body)) {
    for (const payload of decoder?.push(piece) ?? [piece]) {
      size += payload.length;
      for (const digest of [md5, checksum, sha256]) digest?.update(payload);
      await write(payload);
    }
  }
  decoder?.finish();
  const received = { size, md5Hex: md5.digest(), checksum: { algorithm, value: checksum.digest() } };
  checkClaims(claims, received, sha256, decoder?.trailers);
  return received;
}

/** A small body as a whole: the XML documents of the other operations. */
export async function receiveDocument(request: S3Request): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  await receiveBody(request, (piece) => {
    size += piece.length;
    if (size > LONGEST_DOCUMENT) throw new S3Error('MalformedXML');
    parts.push(piece);
  });
  return Buffer.concat(parts);
}

/** True where the request carries a digest of its body at all; some operations ask for one. */
export function hasDigest(headers: IncomingHttpHeaders): boolean {
  const { md5Hex, checksum } = readClaims(headers);
  return md5Hex !== undefined || checksum !== undefined;
}

/**
 * A connection that breaks within the body is an incomplete body, not a failure of the server. A body that is refused
 * halfway is still read to its end: the client gets the answer only when it has sent all.
 */
async function* pieces(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const iterator = body[Symbol.asyncIterator]();
  const next = () =>
    iterator.next().catch(() => {
      throw new S3Error('IncompleteBody');
    });
  let piece = await next();
  try {
    for (; piece.done !== true; piece = await next()) yield piece.value;
  } finally {
    while (piece.done !== true) piece = await next();
  }
}

function readClaims(headers: IncomingHttpHeaders): Claims {
  const content = header(headers, 'x-amz-content-sha256') ?? 'UNSIGNED-PAYLOAD';
  const chunked = CHUNKED.has(content);
  if (content.startsWith('STREAMING-') && !chunked) throw new S3Error('NotImplemented', undefined, { Header: content });
  return {
    size: claimedSize(headers, chunked),
    chunked,
    sha256Hex: /^[0-9a-f]{64}$/.test(content) ? content : undefined,
    md5Hex: claimedMd5(headers),
    checksum: claimedChecksum(headers),
  };
}

/** A request without either length has no body at all. */
function claimedSize(headers: IncomingHttpHeaders, chunked: boolean): number {
  const isUnbounded = chunked || headers['transfer-encoding'] !== undefined;
  const length = header(headers, chunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (length === undefined ? isUnbounded : !/^\d+$/.test(length)) throw new S3Error('MissingContentLength');
  const size = Number(length ?? 0);
  if (size > LARGEST_BODY) throw new S3Error('EntityTooLarge');
  return size;
}

function claimedMd5(headers: IncomingHttpHeaders): string | undefined {
  const value = header(headers, 'content-md5');
  if (value === undefined) return undefined;
  const digest = Buffer.from(value, 'base64');
  if (digest.length !== 16) throw new S3Error('InvalidDigest');
  return digest.toString('hex');
}

function claimedChecksum(headers: IncomingHttpHeaders): Claims['checksum'] {
  const trailer = header(headers, 'x-amz-trailer')?.toLowerCase();
  const names = [...Object.keys(headers), ...(trailer === undefined ? [] : [trailer])];
  const claimed = names.flatMap((name) => CHECKSUM_HEADER.exec(name)?.[1] ?? []);
  const announced = header(headers, 'x-amz-sdk-checksum-algorithm');
  const [algorithm] = claimed;
  if (claimed.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksums are not allowed.',
    );
  }
  if (algorithm === undefined) {
    if (announced === undefined) return undefined;
    throw new S3Error('InvalidRequest', 'x-amz-sdk-checksum-algorithm specified, but no corresponding checksum found.');
  }
  if (!isChecksumAlgorithm(algorithm)) {
    throw new S3Error('NotImplemented', `The checksum algorithm ${algorithm} is not implemented here.`);
  }
  return { algorithm, value: header(headers, `x-amz-checksum-${algorithm}`) };
}

function checkClaims(
  claims: Claims,
  received: ReceivedBody,
  sha256: Checksum | undefined,
  trailers: ReadonlyMap<string, string> | undefined,
): void {
  const { algorithm, value } = received.checksum;
  if (claims.size !== received.size) throw new S3Error('IncompleteBody');
  if (claims.md5Hex !== undefined && claims.md5Hex !== received.md5Hex) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  if (claims.checksum !== undefined) {
    const claimed = claims.checksum.value ?? trailers?.get(`x-amz-checksum-${algorithm}`);
    if (claimed === undefined) throw new S3Error('MalformedTrailerError');
    if (claimed !== value) {
      const name = algorithm.toUpperCase();
      throw new S3Error('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
    }
  }
  if (claims.sha256Hex !== undefined && claims.sha256Hex !== sha256?.digest()) {
    throw new S3Error('XAmzContentSHA256Mismatch');
  }
}
