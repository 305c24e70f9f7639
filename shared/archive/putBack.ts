import type { Attributes } from '../model/attribute.ts';
import { RESERVED_ATTRIBUTE } from '../model/reserved.ts';
import type { TableDeclaration } from '../model/system.ts';
import type { TableStore } from '../ports/tableStore.ts';

export type PutBackOutcome = 'written' | 'present' | 'refused';

/** What comes back because somebody wants it comes without its expiry, or the table's TTL would take it again. */
export function lasting({ ttl }: TableDeclaration, item: Attributes): Attributes {
  if (ttl === undefined || item[ttl] === undefined) return item;
  const { [ttl]: _over, ...rest } = item;
  return rest;
}

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
