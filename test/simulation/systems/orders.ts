import { z } from 'zod';
import { encodeAttributes } from '../../../shared/model/attribute.ts';
import { entity } from '../../../shared/model/entity.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { histogram } from '../../../shared/model/measures/histogram.ts';
import { mean } from '../../../shared/model/measures/mean.ts';
import { sum } from '../../../shared/model/measures/sum.ts';
import { type Contribution, type Measures, type Statistic, statistic } from '../../../shared/model/statistic.ts';
import { defineSystem, type System } from '../../../shared/model/system.ts';
import { below, pick, type Random } from '../random.ts';
import type { Cast } from './cast.ts';

/** What an author changes between two versions of one system. */
export interface Version {
  /** A feed's function counts less. */
  readonly paidOnly: boolean;
  /** A measure gives another view, by which another statistic counts. */
  readonly percent: 50 | 90;
  readonly key: 'CUSTOMER' | 'CLIENT';
  readonly measure: 'none' | 'mean' | 'sum';
  /** A helper counts otherwise: only the revision tells. */
  readonly factor: 1 | 2;
  readonly shown: boolean;
  /** A statistic that is there or not. */
  readonly days: boolean;
}

export const FIRST: Version = {
  paidOnly: false,
  percent: 50,
  key: 'CUSTOMER',
  measure: 'none',
  factor: 1,
  shown: false,
  days: false,
};

const order = entity('order', {
  key: 'ORDER#{orderId} / ITEM',
  schema: z.object({ orderId: z.string(), customer: z.string(), size: z.number(), paid: z.boolean(), day: z.string() }),
  example: { orderId: 'o1', customer: 'c1', size: 3, paid: true, day: 'monday' },
});

type Add = Contribution['add'];

export function orders(version: Version): System {
  const { factor, percent } = version;
  const weigh = (size: number): number => size * factor;
  const more: Measures = version.measure === 'mean' ? { more: mean() } : { total: sum() };
  const measures: Measures = {
    orders: count(),
    sizes: histogram(0, 100, { percentiles: [percent] }),
    ...(version.measure === 'none' ? {} : more),
  };
  const extra = (size: number): Add => (version.measure === 'none' ? {} : { [Object.keys(more)[0] ?? '']: size });
  const customer = statistic('customer', {
    key: `${version.key}#{customer} / STATS` as 'X#{customer} / STATS',
    measures,
    revision: factor,
    feeds: (from) => [
      version.paidOnly
        ? from(order, (o) =>
            o.paid
              ? [{ into: { customer: o.customer }, add: { orders: 1, sizes: weigh(o.size), ...extra(o.size) } }]
              : [],
          )
        : from(order, (o) => [
            { into: { customer: o.customer }, add: { orders: 1, sizes: weigh(o.size), ...extra(o.size) } },
          ]),
    ],
    ...(version.shown && { shape: (c) => ({ customer: c.customer, orders: c.orders }) }),
  });
  const region = statistic('region', {
    key: 'REGION#{region} / STATS',
    measures: { customers: count(), typical: sum() },
    feeds: (from) => [
      from(customer, (c) => [
        { into: { region: c.customer < 'c3' ? 'west' : 'east' }, add: { customers: 1, typical: typical(c.sizes) } },
      ]),
    ],
  });
  const world = statistic('world', {
    key: 'WORLD#{world} / STATS',
    measures: { typical: sum() },
    feeds: (from) => [from(region, (r) => [{ into: { world: 'all' }, add: { typical: r.typical } }])],
  });
  const day = statistic('day', {
    key: 'DAY#{day} / STATS',
    measures: { orders: count() },
    feeds: (from) => [from(order, (o) => [{ into: { day: o.day }, add: { orders: 1 } }])],
  });
  const statistics: Statistic<unknown>[] = [world, region, customer, ...(version.days ? [day] : [])];
  const table = { name: (stage: string) => `orders-${stage}`, partitionKey: 'PK', sortKey: 'SK', ttl: 'expiresAt' };
  return defineSystem({ name: 'orders', table, entities: [order], statistics, events: [], retention: [] });
}

/** The percentile, whichever it is: the text of who asks stays the same. */
const typical = (sizes: unknown): number => Number(Object.values(sizes as Record<string, number>).at(-1) ?? 0);

const fields = (random: Random) => ({
  customer: pick(random, ['c1', 'c2', 'c3', 'c4']),
  size: below(random, 9),
  paid: random() < 0.5,
  day: pick(random, ['monday', 'tuesday']),
});

const orderId = (random: Random): string => pick(random, ['o1', 'o2', 'o3', 'o4', 'o5', 'o6']);

export const ordersCast = (version: Version): Cast => ({
  system: orders(version),
  key: (random) => ({ pk: `ORDER#${orderId(random)}`, sk: 'ITEM' }),
  item: (random) => {
    const id = orderId(random);
    return encodeAttributes({ PK: `ORDER#${id}`, SK: 'ITEM', orderId: id, ...fields(random) });
  },
  updated: (random, item) => ({ ...item, ...encodeAttributes(fields(random)) }),
  malformed: () => encodeAttributes({ PK: 'ORDER#o1', SK: 'ITEM', orderId: 'o1' }),
  isMalformed: (item) => item.orderId !== undefined && item.size === undefined,
  naive: () => [],
});
