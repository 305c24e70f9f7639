import { z } from 'zod';
import { effectsOf } from '../../../shared/model/effects.ts';
import { entity } from '../../../shared/model/entity.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { countBy } from '../../../shared/model/measures/countBy.ts';
import { histogram } from '../../../shared/model/measures/histogram.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { defineSystem } from '../../../shared/model/system.ts';

const order = entity('order', {
  key: 'ORDER#{orderId} / ORDER',
  schema: z.object({ orderId: z.string(), n: z.number() }),
  example: { orderId: 'o1', n: 7 },
});
const shop = statistic('shop', {
  key: 'SHOP#{shop} / STATS',
  measures: { orders: count(), ofKind: countBy(), sizes: histogram(0, 100) },
  feeds: (from) => [
    from(order, ({ orderId, n }) => [
      {
        into: { shop: 's1' },
        add: orderId === 'counted' ? { orders: n } : orderId === 'of-kind' ? { ofKind: { a: n } } : { sizes: n },
      },
    ]),
  ],
});
const system = defineSystem({
  name: 'shop',
  table: { name: () => 'orders', partitionKey: 'PK', sortKey: 'SK' },
  entities: [order],
  statistics: [shop],
  events: [],
  retention: [],
});

test.each(['counted', 'of-kind', 'sized'])(
  'what a measure can not take falls on the change that brings it: %s',
  (orderId) => {
    const effects = (n: number) => () => effectsOf(system, order, undefined, { orderId, n });
    expect(effects(7)).not.toThrow();
    expect(effects(0.5)).toThrow(expect.objectContaining({ code: 'ITEM_MALFORMED' }));
  },
);
