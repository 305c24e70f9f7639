import type { Attributes } from '../../shared/model/attribute.ts';
import { RESERVED_ATTRIBUTE } from '../../shared/model/reserved.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';

/**
 * Puts items of a bundle back where they are absent. Their mark says so: their coming back is no change to statistics or
 * events, as their leaving was none.
 */
export async function putBack(
  table: TableStore,
  { id, items }: { readonly id: string; readonly items: readonly Attributes[] },
): Promise<('written' | 'present' | 'refused')[]> {
  const restored = { M: { restored: { S: id } } };
  return table.putIfAbsent(items.map((item) => ({ ...item, [RESERVED_ATTRIBUTE]: restored })));
}
