import Big from 'big.js';

/**
 * Exact numbers. DynamoDB keeps 38 digits, a JavaScript number 15 to 17: what a number can't hold exactly travels as
 * a Big. Safe integers take the short way, for almost every count is one.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export type Exact = number | Big;

const DIGITS = 38;
/** Cut off, not rounded, so that rounding to 38 digits afterwards is the only rounding of a quotient. */
const Precise = Big();
Precise.DP = DIGITS + 2;
Precise.RM = 0;
Precise.NE = -7;
Precise.PE = 40;
const HALF_UP = 1;

/** The number that DynamoDB's text stands for, as a plain number where that loses nothing. */
export function exactFromText(text: string): Exact {
  const plain = Number(text);
  if (String(plain) === text) return plain;
  const precise = new Precise(text);
  return Number.isFinite(plain) && precise.eq(new Precise(plain)) ? plain : precise;
}

export function exactToText(value: Exact): string {
  if (typeof value !== 'number') return value.toFixed();
  return Number.isSafeInteger(value) ? String(value) : new Precise(value).toFixed();
}

export function addExact(a: Exact, b: Exact): Exact {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(sum)) return sum;
  }
  return exactFromText(new Precise(a).plus(new Precise(b)).toFixed());
}

export function multiplyExact(a: Exact, b: Exact): Exact {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(product)) return product;
  }
  return exactFromText(new Precise(a).times(new Precise(b)).toFixed());
}

/** A quotient to 38 digits, the last one rounded (halves away from zero). Throws where `b` is 0. */
export function divideExact(a: Exact, b: Exact): Exact {
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number(a) % Number(b) === 0)
    return Number(a) / Number(b) + 0;
  const [over, under] = [new Precise(a), new Precise(b)];
  // Big counts places, not digits: of two numbers below ten, all places of the quotient but one are digits.
  const exponent = over.e - under.e;
  over.e = 0;
  under.e = 0;
  const quotient = over.div(under).prec(DIGITS, HALF_UP);
  if (quotient.eq(0)) return 0;
  quotient.e += exponent;
  return exactFromText(quotient.toFixed());
}

/** What DynamoDB can hold of a number: its first 38 digits. A sum of numbers far apart may have more. */
export const roundExact = (value: Exact): Exact =>
  typeof value === 'number' ? value : exactFromText(new Precise(value).prec(DIGITS, HALF_UP).toFixed());

/** Below zero where `a` is the lesser. */
export function compareExact(a: Exact, b: Exact): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return new Precise(a).cmp(new Precise(b));
}

export const negateExact = (a: Exact): Exact => (typeof a === 'number' ? (a === 0 ? 0 : -a) : a.times(-1));

export const isBig = (value: unknown): value is Big => value instanceof Big || value instanceof Precise;
