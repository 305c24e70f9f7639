import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A checksum fed in pieces; the digest is what the `x-amz-checksum-*` header carries, in base64. */
export interface Checksum {
  update(bytes: Buffer): void;
  digest(): string;
}

/** Reflected polynomial of CRC-32C (Castagnoli, RFC 3720). */
const CRC32C_POLYNOMIAL = 0x82f63b78;
/** Reflected polynomial of CRC-64/NVME (NVM Express base specification), as two 32-bit halves. */
const CRC64_POLYNOMIAL_HIGH = 0x9a6c9329;
const CRC64_POLYNOMIAL_LOW = 0xac4bc9b5;

const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ CRC32C_POLYNOMIAL : crc >>> 1;
  return crc;
});

/** 64-bit entries split in halves: BigInt would be thirty times slower. */
const [CRC64_HIGH, CRC64_LOW] = crc64Tables();

function crc64Tables(): [Uint32Array, Uint32Array] {
  const highs = new Uint32Array(256);
  const lows = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let high = 0;
    let low = byte;
    for (let bit = 0; bit < 8; bit++) {
      const odd = low & 1;
      low = (low >>> 1) | ((high & 1) << 31);
      high >>>= 1;
      if (odd) {
        low ^= CRC64_POLYNOMIAL_LOW;
        high ^= CRC64_POLYNOMIAL_HIGH;
      }
    }
    highs[byte] = high;
    lows[byte] = low;
  }
  return [highs, lows];
}

function base64OfWords(...words: number[]): string {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, at) => {
    bytes.writeUInt32BE(word >>> 0, at * 4);
  });
  return bytes.toString('base64');
}

function crc32Checksum(): Checksum {
  let crc = 0;
  return {
    update: (bytes) => {
      crc = crc32(bytes, crc);
    },
    digest: () => base64OfWords(crc),
  };
}

function crc32cChecksum(): Checksum {
  let crc = 0xffffffff;
  return {
    update: (bytes) => {
      for (const byte of bytes) crc = (CRC32C_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
    },
    digest: () => base64OfWords(~crc),
  };
}

function crc64Checksum(): Checksum {
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update: (bytes) => {
      for (const byte of bytes) {
        const at = (low ^ byte) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (CRC64_LOW[at] ?? 0);
        high = (high >>> 8) ^ (CRC64_HIGH[at] ?? 0);
      }
    },
    digest: () => base64OfWords(~high, ~low),
  };
}

export function hashChecksum(
  name: 'md5' | 'sha1' | 'sha256' | 'sha512',
  encoding: 'base64' | 'hex' = 'base64',
): Checksum {
  const hash = createHash(name);
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    digest: () => hash.digest(encoding),
  };
}

/** The algorithms that are verified here. S3 knows the XXHASH family too; a request that names one is refused. */
const ALGORITHMS = {
  crc32: crc32Checksum,
  crc32c: crc32cChecksum,
  crc64nvme: crc64Checksum,
  md5: () => hashChecksum('md5'),
  sha1: () => hashChecksum('sha1'),
  sha256: () => hashChecksum('sha256'),
  sha512: () => hashChecksum('sha512'),
};

export type ChecksumAlgorithm = keyof typeof ALGORITHMS;

export const isChecksumAlgorithm = (name: string): name is ChecksumAlgorithm => Object.hasOwn(ALGORITHMS, name);

export const startChecksum = (algorithm: ChecksumAlgorithm): Checksum => ALGORITHMS[algorithm]();
