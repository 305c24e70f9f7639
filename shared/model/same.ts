import { compareExact, isBig } from './decimal.ts';

/** Whether two plain values are equal in content; cheaper than comparing their texts. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isBig(a) || isBig(b)) return isBig(a) && isBig(b) && compareExact(a, b) === 0;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [x, y] = [a as Record<string, unknown>, b as Record<string, unknown>];
  let members = 0;
  for (const name in x) {
    if (!Object.hasOwn(y, name) || !same(x[name], y[name])) return false;
    members++;
  }
  for (const _ in y) members--;
  return members === 0;
}
