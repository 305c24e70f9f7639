import { z } from 'zod';
import { entity } from '../../../shared/model/entity.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { sum } from '../../../shared/model/measures/sum.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { defineSystem, type System } from '../../../shared/model/system.ts';
import { type Change, decodeChange } from '../../../shared/stream/change.ts';

/** A shop whose one total is touched by every order. @param spread absent: one item */
export function hotShop(spread?: number): System {
  const order = entity('order', {
    key: 'ORDER#{orderId} / ORDER',
    schema: z.object({ orderId: z.string(), cents: z.number().int() }),
    example: { orderId: 'o1', cents: 1999 },
  });
  const total = statistic('total', {
    key: 'TOTAL#{of} / STATS',
    ...(spread !== undefined && { spread }),
    measures: { orders: count(), cents: sum() },
    feeds: (from) => [from(order, ({ cents }) => [{ into: { of: 'orders' }, add: { orders: 1, cents } }])],
  });
  return defineSystem({
    name: 'shop',
    table: { name: () => 'shop', partitionKey: 'PK', sortKey: 'SK' },
    entities: [order],
    statistics: [total],
    events: [],
    retention: [],
  });
}

/** A new order, as its stream record tells. */
export function ordered(system: System, orderId: string, shard: string, sequence: string): Change {
  const keys = { PK: { S: `ORDER#${orderId}` }, SK: { S: 'ORDER' } };
  const image = { ...keys, orderId: { S: orderId }, cents: { N: '5' } };
  const record = { eventId: `event-${sequence}`, sequence, at: 0, keys, old: undefined, new: image, byTtl: false };
  return decodeChange(system, record, 'stream', shard);
}
