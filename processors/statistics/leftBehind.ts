import { keyText } from '../../shared/model/keys.ts';
import { reservedIn, textOf } from '../../shared/model/reserved.ts';
import type { System } from '../../shared/model/system.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { keyOf } from '../../shared/stream/change.ts';

/** Aggregates that nothing keeps any more, for their statistic has other keys now or is declared no more. */
export interface LeftBehind {
  readonly statistic: string;
  readonly items: number;
  /** The key of one of them. */
  readonly sample: string;
}

/** Reads the whole table. What it finds is named and never deleted: somebody may still read it. */
export async function leftBehind(
  system: System,
  table: Pick<TableStore, 'scan'>,
  statistics: readonly string[],
): Promise<LeftBehind[]> {
  const found = new Map<string, LeftBehind>();
  for await (const attributes of table.scan()) {
    const statistic = textOf(reservedIn(attributes)?.statistic);
    const key = keyOf(system.table, attributes);
    if (statistic === undefined || !statistics.includes(statistic) || system.sourceOf(key)?.name === statistic)
      continue;
    const known = found.get(statistic) ?? { statistic, items: 0, sample: keyText(key) };
    found.set(statistic, { ...known, items: known.items + 1 });
  }
  return [...found.values()];
}
