import fc from 'fast-check';

/** Texts of numbers with up to 38 digits, in the form in which DynamoDB gives them: no leading or trailing zeros. */
export const decimalText: fc.Arbitrary<string> = fc
  .tuple(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), fc.nat(38), fc.nat(38))
  .map(([digits, cut, scale]) => plainText(digits / 10n ** BigInt(cut), scale));

/** `units` divided by ten to the power of `scale`. */
export function plainText(units: bigint, scale: number): string {
  const sign = units < 0n ? '-' : '';
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  const whole = scale === 0 ? digits : digits.slice(0, digits.length - scale);
  return `${sign}${whole}${scale > 0 && fraction !== '' ? `.${fraction}` : ''}`;
}

const SCALE = 38;

/** How many of `units` are one. */
export const UNIT = 10n ** BigInt(SCALE);

/** A number of at most 38 places as a whole number of the smallest place. */
export function units(text: string): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const magnitude = BigInt(whole + fraction.padEnd(SCALE, '0'));
  return text.startsWith('-') ? -magnitude : magnitude;
}

/** `a / b`, rounded to 38 digits by long division; halves go away from zero. */
export function quotientText(a: bigint, b: bigint): string {
  const abs = (n: bigint): bigint => (n < 0n ? -n : n);
  // So many places that even the least quotient here has far more than 38 digits.
  const places = 400;
  const digits = (abs(a) * 10n ** BigInt(places)) / abs(b);
  const surplus = Math.max(0, String(digits).length - 38);
  const rounding = 10n ** BigInt(surplus);
  const rounded = ((digits + rounding / 2n) / rounding) * rounding;
  return plainText(a < 0n !== b < 0n ? -rounded : rounded, places);
}
