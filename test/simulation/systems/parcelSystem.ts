import { z } from 'zod';
import { entity } from '../../../shared/model/entity.ts';
import { event, headArchived, inserted, passes } from '../../../shared/model/event.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { countBy } from '../../../shared/model/measures/countBy.ts';
import { max, min } from '../../../shared/model/measures/extreme.ts';
import { histogram } from '../../../shared/model/measures/histogram.ts';
import { mean } from '../../../shared/model/measures/mean.ts';
import { newest } from '../../../shared/model/measures/newest.ts';
import { sum } from '../../../shared/model/measures/sum.ts';
import { collection, DAY_MS } from '../../../shared/model/retention.ts';
import { secret } from '../../../shared/model/secrets.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { defineSystem } from '../../../shared/model/system.ts';

/** What the reviewer system lacks: items that move between groups, stop matching, or belong to many groups. */
const Parcel = z.object({
  parcelId: z.string(),
  depot: z.string(),
  weight: z.number().int().min(0),
  tags: z.array(z.string()),
  lost: z.boolean(),
  day: z.number().int(),
  closedAt: z.string().optional(),
  pin: secret(),
  sender: z.object({ phone: secret() }).optional(),
});

const Scan = z.object({ scanId: z.string(), parcelId: z.string(), depot: z.string() });

const parcel = entity('parcel', {
  key: 'PARCEL#{parcelId} / ITEM',
  schema: Parcel,
  example: { parcelId: 'p1', depot: 'north-1', weight: 3, tags: ['fragile'], lost: false, day: 1 },
});

const scan = entity('scan', {
  key: 'SCAN#{scanId} / PARCEL#{parcelId}',
  schema: Scan,
  example: { scanId: 's1', parcelId: 'p1', depot: 'north-1' },
});

/** Fed by two entities; a lost parcel matches no more. */
const depot = statistic('depot', {
  key: 'DEPOT#{depot} / STATS',
  measures: {
    parcels: count(),
    weight: sum(),
    lightest: min<number>(),
    heaviest: max<number>(),
    latest: newest<number>(),
    scans: count(),
  },
  feeds: (from) => [
    from(parcel, (p) => {
      if (p.lost) return [];
      const { weight } = p;
      const latest = { order: p.day, value: p.day };
      return [{ into: { depot: p.depot }, add: { parcels: 1, weight, lightest: weight, heaviest: weight, latest } }];
    }),
    from(scan, (s) => [{ into: { depot: s.depot }, add: { scans: 1 } }]),
  ],
});

/** One item feeds many groups. */
const tag = statistic('tag', {
  key: 'TAG#{tag} / STATS',
  measures: { parcels: count() },
  feeds: (from) => [from(parcel, (p) => p.tags.map((name) => ({ into: { tag: name }, add: { parcels: 1 } })))],
});

/** Touched by every shard, and so kept in parts; a parcel's state moves it between groups. */
const fleet = statistic('fleet', {
  key: 'FLEET#{fleet} / STATS',
  spread: 3,
  measures: {
    parcels: count(),
    weight: sum(),
    meanWeight: mean(),
    weights: histogram(0, 10),
    byDepot: countBy(),
    lightest: min<number>(),
    heaviest: max<number>(),
    latest: newest<number>(),
    scans: count(),
  },
  feeds: (from) => [
    from(parcel, ({ weight, depot: at, day, lost }) => [
      {
        into: { fleet: lost ? 'lost' : 'all' },
        add: {
          parcels: 1,
          weight,
          meanWeight: weight,
          weights: weight,
          byDepot: at,
          lightest: weight,
          heaviest: weight,
          latest: { order: day, value: day },
        },
      },
    ]),
    from(scan, () => [{ into: { fleet: 'all' }, add: { scans: 1 } }]),
  ],
});

/** Fed by a statistic and by an entity. */
const region = statistic('region', {
  key: 'REGION#{region} / STATS',
  measures: { depots: count(), parcels: count(), heaviest: max<number>(), scans: count() },
  feeds: (from) => [
    from(depot, (d) => [
      {
        into: { region: regionOf(d.depot) },
        add: { depots: d.parcels > 0, parcels: d.parcels, ...(d.heaviest !== null && { heaviest: d.heaviest }) },
      },
    ]),
    from(scan, (s) => [{ into: { region: regionOf(s.depot) }, add: { scans: 1 } }]),
  ],
});

export const regionOf = (depotName: string): string => depotName.split('-')[0] ?? '';

const parcelArrived = event('ParcelArrived', {
  version: 1,
  since: '0.1.0',
  example: { parcelId: 'p1', depot: 'north-1' },
  description: 'A parcel came to be.',
  when: inserted(parcel, () => true),
  schema: z.object({ parcelId: z.string(), depot: z.string() }),
  data: (p) => ({ parcelId: p.parcelId, depot: p.depot }),
});

const depotCrowded = event('DepotCrowded', {
  version: 1,
  since: '0.1.0',
  example: { depot: 'north-1', parcels: 2 },
  description: 'A depot holds so many parcels.',
  when: passes(depot, (d) => d.parcels, [2, 4]),
  schema: z.object({ depot: z.string(), parcels: z.number() }),
  data: (d, parcels) => ({ depot: d.depot, parcels }),
});

const parcelArchived = event('ParcelArchived', {
  version: 1,
  since: '0.1.0',
  example: { parcelId: 'p1', bundle: 'b1' },
  description: 'A parcel left the table for the archive.',
  when: headArchived(parcel),
  schema: z.object({ parcelId: z.string(), bundle: z.string() }),
  data: (p, { bundle }) => ({ parcelId: p.parcelId, bundle }),
});

export const parcels = defineSystem({
  name: 'parcels',
  table: { name: (stage) => `parcels-${stage}`, partitionKey: 'PK', sortKey: 'SK', ttl: 'expiresAt' },
  entities: [parcel, scan],
  statistics: [region, depot, tag, fleet],
  events: [parcelArrived, depotCrowded, parcelArchived],
  retention: [
    collection('parcel', {
      of: parcel,
      due: (p) => (p.closedAt === undefined ? undefined : Date.parse(p.closedAt) + 30 * DAY_MS),
      entities: [parcel],
      partition: (p) => `PARCEL#${p.parcelId}`,
      elsewhere: {
        of: [scan],
        keys: (p) => ['s1', 's2'].map((scanId) => scan.key.build({ scanId, parcelId: p.parcelId })),
      },
      head: (p) => parcel.key.build({ parcelId: p.parcelId }),
      storageClass: 'STANDARD',
      lifeDays: 365,
    }),
  ],
});
