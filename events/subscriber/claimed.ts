import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { hashOf } from '../../shared/archive/layout.ts';
import { AfterwriteError } from '../../shared/model/errors.ts';
import type { ClaimSource } from '../../shared/ports/claimSource.ts';
import type { Envelope } from '../envelope.ts';

const gunzipAsync = promisify(gunzip);
/** https://www.rfc-editor.org/rfc/rfc1952: no JSON text starts so. */
const GZIP = [0x1f, 0x8b];

/** An event's data: its own, or what its claim names, proven by its hash. Throws CLAIM_BROKEN, and what the store throws. */
export async function dataOf({ metadata, data }: Envelope, claims: ClaimSource | undefined): Promise<unknown> {
  const { claim } = metadata;
  if (claim === undefined) return data;
  const where = `${claim.bucket}/${claim.key}`;
  if (claims === undefined)
    throw broken(
      `the data of ${metadata.type} of ${metadata.subject} lies at ${where}, and this subscriber has no source of claims`,
      'give it one: claims: s3Claims(new S3Client())',
    );
  const json = await unpacked(where, await claims.get(claim), claim.bytes);
  const hash = hashOf(json);
  if (hash !== claim.sha256)
    throw broken(
      `${where} hashes to ${hash}, its claim says ${claim.sha256}`,
      'look at the object: it is not what was put there',
    );
  try {
    return JSON.parse(Buffer.from(json).toString());
  } catch (error) {
    throw broken(`${where} is no JSON`, 'look at who published it', error);
  }
}

async function unpacked(where: string, body: Uint8Array, bytes: number): Promise<Uint8Array> {
  if (!GZIP.every((byte, i) => body[i] === byte)) return body;
  try {
    return await gunzipAsync(body, { maxOutputLength: Math.max(1, bytes) });
  } catch (error) {
    throw broken(`${where} is damaged: ${(error as Error).message}`, 'restore the object from a copy of it', error);
  }
}

const broken = (what: string, mend: string, cause?: unknown): AfterwriteError =>
  new AfterwriteError('CLAIM_BROKEN', what, { mend: `${mend}; then let the event be delivered again`, cause });
