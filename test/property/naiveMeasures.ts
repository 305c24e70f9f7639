import { canonical } from '../../shared/model/canonical.ts';

/** Each measure's view from the plain list of its inputs, as slowly and simply as can be. */

const add = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

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

export function histogram(inputs: readonly number[]) {
  const sorted = [...inputs].sort((a, b) => a - b);
  const rank = (percent: number): number | null => sorted[Math.ceil((percent * sorted.length) / 100) - 1] ?? null;
  return {
    count: sorted.length,
    mean: sorted.length === 0 ? null : add(sorted) / sorted.length,
    min: sorted[0] ?? null,
    max: sorted[sorted.length - 1] ?? null,
    p50: rank(50),
    p90: rank(90),
  };
}

export function label(inputs: readonly unknown[]): unknown {
  const texts = inputs.map(canonical).sort();
  const times = (text: string): number => texts.filter((other) => other === text).length;
  const best = texts.find((text) => texts.every((other) => times(other) <= times(text)));
  return best === undefined ? null : JSON.parse(best);
}

export const members = (inputs: readonly { id: string; text: string }[]): Record<string, string> =>
  Object.fromEntries(inputs.map(({ id, text }) => [id, text]));

export function newest(inputs: readonly { order: number; value: unknown }[]): unknown {
  const highest = Math.max(...inputs.map(({ order }) => order));
  const [last] = inputs
    .filter(({ order }) => order === highest)
    .map(({ value }) => canonical(value))
    .sort()
    .reverse();
  return last === undefined ? null : JSON.parse(last);
}

export const least = (inputs: readonly number[]): number | null => (inputs.length === 0 ? null : Math.min(...inputs));
export const greatest = (inputs: readonly number[]): number | null =>
  inputs.length === 0 ? null : Math.max(...inputs);
export const leastText = (inputs: readonly string[]): string | null => [...inputs].sort()[0] ?? null;
