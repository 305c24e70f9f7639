/** Rows by key, keys in order of their code units so that two runs print the same (Node 20 has no Map.groupBy). */
export function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): [key: string, rows: T[]][] {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}

export function distinct<T>(rows: readonly T[], keyOf: (row: T) => string): number {
  return new Set(rows.map(keyOf)).size;
}
