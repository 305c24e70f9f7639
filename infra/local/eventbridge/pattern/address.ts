import { isIP } from 'node:net';
import { refuse, type Test } from './pattern.ts';

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

const V6_CHARACTERS = /^[0-9a-f:]+$/i;
const V4_IN_V6 = 0xffffn;

/** Addresses in the range `address/bits`; AWS takes no range of a single address (/32, /128). */
export const cidr = (range: string): Test => {
  const [start = '', mask = '', ...more] = range.split('/');
  if (mask === '' || more.length > 0) refuse("Malformed CIDR, one '/' required");
  if (!/^[+-]?\d+$/.test(mask)) refuse('Malformed CIDR, mask bits must be an integer');
  const fixed = Number(mask);
  if (fixed < 0) refuse('Malformed CIDR, mask bits must not be negative');
  const network = addressOf(start) ?? refuse(`Nonstandard IP address: ${start}`);
  if (fixed >= network.bits) refuse(`IPv${network.bits === 32 ? 4 : 6} mask bits must be < ${network.bits}`);
  const free = BigInt(network.bits - fixed);
  const wanted = network.value >> free;
  return (value) => {
    const address = typeof value === 'string' ? addressOf(value) : undefined;
    return address?.bits === network.bits && address.value >> free === wanted;
  };
};

/** A literal address matches in any of its spellings; undefined if the text is no address. */
export const sameAddress = (text: string): Test | undefined => {
  const wanted = addressOf(text);
  if (wanted === undefined) return undefined;
  return (value) => {
    const address = typeof value === 'string' ? addressOf(value) : undefined;
    return address?.bits === wanted.bits && address.value === wanted.value;
  };
};

const addressOf = (text: string): Address | undefined => {
  const family = isIP(text);
  if (family === 4) return { bits: 32, value: joined(text.split('.').map(BigInt), 8n) };
  // node:net also takes zones and dotted tails, which AWS does not.
  if (family === 6 && V6_CHARACTERS.test(text)) return unmapped(joined(groupsOf(text), 16n));
  return undefined;
};

/** An IPv4 address mapped into IPv6 (::ffff:a.b.c.d in hexadecimal) is the IPv4 address. */
const unmapped = (value: bigint): Address =>
  value >> 32n === V4_IN_V6 ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value };

const groupsOf = (text: string): bigint[] => {
  const [head = '', tail] = text.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const before = [...head];
  const after = tail ?? [];
  const zeros = new Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].map((group) => BigInt(`0x${group}`));
};

const joined = (parts: readonly bigint[], width: bigint): bigint =>
  parts.reduce((value, part) => (value << width) | part, 0n);
