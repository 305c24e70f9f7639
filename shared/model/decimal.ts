import Big from 'big.js';

/**
 * Exact numbers. DynamoDB keeps 38 digits, a JavaScript number 15 to 17: what a number can't hold exactly travels as
 * a Big. Safe integers take the short way, for almost every count is one.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export type Exact = number | Big;

/** Room for every digit of a mean of two 38-digit numbers. */
const DIVISION_DIGITS = 40;
const Precise = Big();
Precise.DP = DIVISION_DIGITS;
Precise.NE = -7;
Precise.PE = 40;

/** The number that DynamoDB's text stands for, as a plain number where that loses nothing. */
export function exactFromText(text: string): Exact {
  const plain = Number(text);
  if (String(plain) === text) return plain;
  const precise = new Precise(text);
  return Number.isFinite(plain) && precise.eq(new Precise(plain)) ? plain : precise;
}

export const exactToText = (value: Exact): string =>
  typeof value === 'number' ? new Precise(value).toFixed() : value.toFixed();

export function addExact(a: Exact, b: Exact): Exact {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(sum)) return sum;
  }
  return exactFromText(new Precise(a).plus(new Precise(b)).toFixed());
}

export const negateExact = (a: Exact): Exact => (typeof a === 'number' ? (a === 0 ? 0 : -a) : a.times(-1));

export const isBig = (value: unknown): value is Big => value instanceof Big || value instanceof Precise;
