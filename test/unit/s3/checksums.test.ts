import fc from 'fast-check';
import { type ChecksumAlgorithm, isChecksumAlgorithm, startChecksum } from '../../../infra/local/s3/checksums.ts';

const hexOf = (algorithm: ChecksumAlgorithm, ...pieces: string[]): string => {
  const checksum = startChecksum(algorithm);
  for (const piece of pieces) checksum.update(Buffer.from(piece));
  return Buffer.from(checksum.digest(), 'base64').toString('hex');
};

/** The check values that the definitions of the algorithms publish for this input. */
test.each([
  ['crc32', 'cbf43926'],
  ['crc32c', 'e3069283'],
  ['crc64nvme', 'ae8b14860a799888'],
  ['sha1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['sha256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ['md5', '25f9e794323b453885f5181f1b624d0b'],
] as const)('%s of 123456789', (algorithm, expected) => {
  expect(hexOf(algorithm, '123456789')).toBe(expected);
});

test.each(['crc32', 'crc32c', 'crc64nvme'] as const)('%s does not depend on how the bytes are cut', (algorithm) => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 6 }), (pieces) => {
      expect(hexOf(algorithm, ...pieces)).toBe(hexOf(algorithm, pieces.join('')));
    }),
  );
});

test('algorithms that are not verified here are not known', () => {
  expect(isChecksumAlgorithm('xxhash64')).toBe(false);
  expect(isChecksumAlgorithm('constructor')).toBe(false);
});
