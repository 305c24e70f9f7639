import { z } from 'zod';
import { encodeAttributes } from '../../../shared/model/attribute.ts';
import { type EntityDeclaration, entity } from '../../../shared/model/entity.ts';
import type { EventRule } from '../../../shared/model/event.ts';
import { defineSystem, type System } from '../../../shared/model/system.ts';
import { type Change, decodeChange } from '../../../shared/stream/change.ts';

const Order = z.object({
  orderId: z.string(),
  shop: z.string(),
  trace: z.string().optional(),
  by: z.string().optional(),
});
export type Order = z.output<typeof Order>;

/** An entity that tells what the envelope has a place for. */
export const orderEntity = (more: Partial<EntityDeclaration<Order>> = {}) =>
  entity('order', {
    key: 'ORDER#{orderId} / ORDER',
    schema: Order,
    example: { orderId: 'o1', shop: 's1' },
    trace: (o) => o.trace,
    actor: (o) => o.by,
    tenant: (o) => o.shop,
    ...more,
  });

export const orderSystem = (order: ReturnType<typeof orderEntity>, events: readonly EventRule[]): System =>
  defineSystem({
    name: 'orders',
    table: { name: (stage) => `orders-${stage}`, partitionKey: 'PK', sortKey: 'SK', ttl: 'expiresAt' },
    entities: [order],
    statistics: [],
    events,
    retention: [],
  });

type Image = Partial<Order> | undefined;

/** A change of the order o1, from one image to another. */
export function orderChange(system: System, old: Image, now: Image, sequence = '100'): Change {
  const keys = { PK: 'ORDER#o1', SK: 'ORDER' };
  const image = (fields: Image) => fields && encodeAttributes({ orderId: 'o1', shop: 's1', ...fields, ...keys });
  const at = Date.parse('2026-02-01T10:00:00.000Z');
  return decodeChange(
    system,
    {
      eventId: `event-${sequence}`,
      sequence,
      at,
      keys: encodeAttributes(keys),
      old: image(old),
      new: image(now),
      byTtl: false,
    },
    'stream',
    'shard-1',
  );
}
