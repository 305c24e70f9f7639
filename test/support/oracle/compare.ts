export type Row = object;

/** Division and multiplication may round a mean in the last place; nothing else may differ at all. */
const MEAN_TOLERANCE = 1e-12;

/**
 * What differs between the rows expected and the rows that came, one line each, naming row and path. `key` names the
 * attribute that tells rows apart, or several with commas between ('stackId,day'); the order of rows is not compared.
 * A key in `actual` that was not expected is a difference, except `asOf` and those in `ignore`.
 */
export function differences(
  expected: readonly Row[],
  actual: readonly unknown[],
  key: string,
  ignore: readonly string[] = [],
): string[] {
  const ignored = new Set(['asOf', ...ignore]);
  const found: string[] = [];
  const came = new Map<string, unknown>();
  for (const row of actual) {
    const name = nameOf(row, key);
    if (came.has(name)) found.push(`${name}: came more than once`);
    came.set(name, row);
  }
  for (const row of expected) {
    const name = nameOf(row, key);
    if (came.has(name)) compare(row, came.get(name), `${name}:`, ignored, found);
    else found.push(`${name}: missing`);
    came.delete(name);
  }
  return [...found, ...[...came.keys()].map((name) => `${name}: not expected`)];
}

function nameOf(row: unknown, key: string): string {
  if (!isRecord(row)) return `not a row ${show(row)}`;
  return key
    .split(',')
    .map((part) => `${part}=${show(row[part])}`)
    .join(' ');
}

function compare(
  expected: unknown,
  actual: unknown,
  path: string,
  ignored: ReadonlySet<string>,
  found: string[],
): void {
  if (isRecord(expected) && isRecord(actual) && Array.isArray(expected) === Array.isArray(actual)) {
    for (const key of Object.keys(expected)) {
      const here = path.endsWith(':') ? `${path} ${key}` : `${path}.${key}`;
      if (Object.hasOwn(actual, key)) compare(expected[key], actual[key], here, ignored, found);
      else found.push(`${here} is missing, expected ${show(expected[key])}`);
    }
    const extra = Object.keys(actual).filter((key) => !Object.hasOwn(expected, key) && !ignored.has(key));
    found.push(
      ...extra.map((key) => `${path}${path.endsWith(':') ? ' ' : '.'}${key} is not expected: ${show(actual[key])}`),
    );
    return;
  }
  if (!sameValue(expected, actual, path)) found.push(`${path} expected ${show(expected)}, came ${show(actual)}`);
}

function sameValue(expected: unknown, actual: unknown, path: string): boolean {
  if (expected === actual) return true;
  if (typeof expected !== 'number' || typeof actual !== 'number' || !/[ .]mean$/.test(path)) return false;
  return Math.abs(expected - actual) <= MEAN_TOLERANCE * Math.max(Math.abs(expected), Math.abs(actual));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
