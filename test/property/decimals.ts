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
