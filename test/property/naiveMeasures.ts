import { canonical } from '../../shared/model/canonical.ts';
import { type Exact, exactFromText, exactToText } from '../../shared/model/decimal.ts';
import { quotientText, UNIT, units } from './decimals.ts';

/** Each measure's view from the plain list of its inputs, as slowly and simply as can be. */

const add = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** A fraction of whole numbers, to 38 digits. */
const quotient = (a: bigint, b: bigint): Exact => exactFromText(quotientText(a, b));
const total = (units: readonly bigint[]): bigint => units.reduce((a, b) => a + b, 0n);
const unitsOf = (values: readonly Exact[]): bigint[] => values.map((value) => units(exactToText(value)));

export const exactSum = (inputs: readonly Exact[]): Exact => quotient(total(unitsOf(inputs)), UNIT);

export const mean = (inputs: readonly Exact[]): Exact | null =>
  inputs.length === 0 ? null : quotient(total(unitsOf(inputs)), BigInt(inputs.length) * UNIT);

/** The sum of the squared distances from the mean, each times the number of values, so that all is whole. */
export const variance =
  (lost: number) =>
  (inputs: readonly Exact[]): Exact | null => {
    if (inputs.length <= lost) return null;
    const n = BigInt(inputs.length);
    const sum = total(unitsOf(inputs));
    const squares = total(unitsOf(inputs).map((x) => (n * x - sum) ** 2n));
    return quotient(squares, n * n * (n - BigInt(lost)) * UNIT * UNIT);
  };

export const rate = (inputs: readonly (boolean | { part: Exact; whole: Exact })[]): Exact | null => {
  const shares = inputs.map((one) => (typeof one === 'boolean' ? { part: Number(one), whole: 1 } : one));
  const whole = total(unitsOf(shares.map((share) => share.whole)));
  return whole === 0n ? null : quotient(total(unitsOf(shares.map((share) => share.part))), whole);
};

/** The best by a comparison, of numbers with any number of digits. */
export const most =
  (sign: 1 | -1) =>
  (inputs: readonly Exact[]): Exact | null =>
    [...inputs].sort((a, b) => {
      const [x, y] = [units(exactToText(a)), units(exactToText(b))];
      return x === y ? 0 : x > y ? -sign : sign;
    })[0] ?? null;

export const count = (inputs: readonly (boolean | number)[]): number => add(inputs.map(Number));

export const sum = (inputs: readonly number[]): number => add(inputs);

export const countBy =
  (declared: readonly string[]) =>
  (inputs: readonly (string | Record<string, number>)[]): Record<string, number> => {
    const pairs = inputs.flatMap((input): [string, number][] =>
      typeof input === 'string' ? [[input, 1]] : Object.entries(input),
    );
    const labels = [...new Set([...declared, ...pairs.map(([name]) => name)])];
    const counted = labels.map((name): [string, number] => [
      name,
      add(pairs.filter(([l]) => l === name).map(([, n]) => n)),
    ]);
    return Object.fromEntries(counted.filter(([name, n]) => n !== 0 || declared.includes(name)));
  };

export const histogram =
  ({ low, step, percents }: { low: number; step: number; percents: readonly number[] }) =>
  (inputs: readonly number[]) => {
    const sorted = inputs.map((value) => low + Math.floor((value - low) / step) * step).sort((a, b) => a - b);
    const rank = (percent: number): number | null => sorted[Math.ceil((percent * sorted.length) / 100) - 1] ?? null;
    return {
      count: inputs.length,
      mean: inputs.length === 0 ? null : add(inputs) / inputs.length,
      min: sorted[0] ?? null,
      max: sorted[sorted.length - 1] ?? null,
      ...Object.fromEntries(percents.map((percent) => [`p${percent}`, rank(percent)])),
    };
  };

export function label(inputs: readonly unknown[]): unknown {
  const texts = inputs.map(canonical).sort();
  const times = (text: string): number => texts.filter((other) => other === text).length;
  const best = texts.find((text) => texts.every((other) => times(other) <= times(text)));
  return best === undefined ? null : JSON.parse(best);
}

export const members = (inputs: readonly { id: string; text: string }[]): Record<string, string> =>
  Object.fromEntries(inputs.map(({ id, text }) => [id, text]));

const last = (inputs: readonly { order: number; value: unknown }[], sign: 1 | -1): unknown => {
  const texts = (order: number): string[] =>
    inputs
      .filter((one) => one.order === order)
      .map(({ value }) => canonical(value))
      .sort();
  const orders = inputs.map(({ order }) => order);
  if (orders.length === 0) return null;
  return JSON.parse(
    sign > 0 ? (texts(Math.max(...orders)).pop() as string) : (texts(Math.min(...orders))[0] as string),
  );
};

export const newest = (inputs: readonly { order: number; value: unknown }[]): unknown => last(inputs, 1);
export const first = (inputs: readonly { order: number; value: unknown }[]): unknown => last(inputs, -1);

export const leastText = (inputs: readonly string[]): string | null => [...inputs].sort()[0] ?? null;
export const greatestText = (inputs: readonly string[]): string | null => [...inputs].sort().pop() ?? null;
