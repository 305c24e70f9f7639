import type { Key } from '../../shared/model/keys.ts';
import type { System } from '../../shared/model/system.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { keyOf } from '../../shared/stream/change.ts';

/**
 * What DynamoDB's TTL does and DynamoDB Local does not: removes items whose time is over. Its records lack the service's
 * identity, so their cause reads `ttl-inferred`. Returns how many items went. @param now epoch milliseconds
 */
export async function sweepExpired(system: System, table: TableStore, now: number): Promise<number> {
  if (system.table.ttl === undefined) return 0;
  const expired: Key[] = [];
  for await (const item of table.expired(now)) expired.push(keyOf(system.table, item));
  const removed = await table.removeExpired(expired, now);
  return removed.filter(Boolean).length;
}
