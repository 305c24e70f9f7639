import type { Attributes } from '../model/attribute.ts';
import { RESERVED_ATTRIBUTE } from '../model/reserved.ts';
import type { TableStore } from '../ports/tableStore.ts';

export type PutBackOutcome = 'written' | 'present' | 'refused';

/** An item as it comes back. @param id of the bundle that it comes from, or of the replay that brings it */
export const comingBack = (item: Attributes, id: string): Attributes => ({
  ...item,
  [RESERVED_ATTRIBUTE]: { M: { restored: { S: id } } },
});

/**
 * Puts items of a bundle back where they are absent. Their mark says so: their coming back is no change to statistics or
 * events, as their leaving was none.
 */
export const putBack = (
  table: Pick<TableStore, 'putIfAbsent'>,
  { id, items }: { readonly id: string; readonly items: readonly Attributes[] },
): Promise<PutBackOutcome[]> => table.putIfAbsent(items.map((item) => comingBack(item, id)));
