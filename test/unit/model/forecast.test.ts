import { type Deployed, USUAL } from '../../../shared/model/forecast/deployed.ts';
import { declaredFootprint, type Footprint } from '../../../shared/model/forecast/footprint.ts';
import { type Forecast, forecast } from '../../../shared/model/forecast/forecast.ts';
import { byService, forecastText } from '../../../shared/model/forecast/forecastText.ts';
import { SERVICES_US_EAST_1, type ServicePrices } from '../../../shared/model/forecast/prices.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';

/** 30.4375 days. */
const MONTH_S = 2_629_800;
const BARE: Deployed = {
  alarmMetrics: 0,
  metrics: 0,
  dashboards: 0,
  traced: false,
  keys: 0,
  interfaceEndpoints: 0,
  memory: { live: 1_024, archive: 1_024 },
  schedules: [],
};
const NOTHING: Footprint = {
  itemBytes: 1_000,
  aggregates: 0,
  writeUnits: 0,
  indexUnits: 0,
  readUnits: 0,
  events: 0,
  eventBytes: 0,
  due: 0,
  leaving: 0,
  bundles: 0,
};
const plain = defineSystem({ ...reviewer, statistics: [], events: [], retention: [], archive: {}, tenant: undefined });

const at = (
  changesPerSecond: number,
  {
    footprint = {},
    deployed = {},
    prices = {},
    shards = 1,
  }: {
    footprint?: Partial<Footprint>;
    deployed?: Partial<Deployed>;
    prices?: Partial<ServicePrices>;
    shards?: number;
  } = {},
): Forecast =>
  forecast(
    {
      system: plain,
      load: { changesPerSecond, itemBytes: 1_000, shards },
      footprint: { ...NOTHING, ...footprint },
      deployed: { ...BARE, ...deployed },
    },
    { ...SERVICES_US_EAST_1, ...prices },
  );

const costing = ({ lines }: Forecast, service: string, what: string): { quantity: number; dollars: number } => {
  const found = lines.find((line) => line.service === service && line.what === what);
  if (!found) throw new Error(`no line ${service}: ${what}`);
  return found;
};

test('statistics are paid by their units, reads by theirs', () => {
  const months = at(1, { footprint: { aggregates: 4, writeUnits: 6, indexUnits: 2, readUnits: 4 } });
  // 2.6298 million changes, 6 units each, at $0.625 a million.
  expect(costing(months, 'DynamoDB', 'statistics').dollars).toBeCloseTo(9.86175, 9);
  expect(costing(months, 'DynamoDB', "statistics' index entries").dollars).toBeCloseTo(3.28725, 9);
  expect(costing(months, 'DynamoDB', 'statistics, before they are written').dollars).toBeCloseTo(1.3149, 9);
});

test('what leaves is marked and deleted, by its size; when it is due is noted and removed', () => {
  const months = at(1, { footprint: { itemBytes: 1_025, leaving: 0.5, due: 0.25 } });
  expect(costing(months, 'DynamoDB', 'what leaves the table').quantity).toBeCloseTo(MONTH_S * 0.5 * 2 * 2, 3);
  expect(costing(months, 'DynamoDB', 'due entries').quantity).toBeCloseTo(MONTH_S * 0.25 * 2, 3);
});

test('functions are paid by invocations and by their time: batches wait for their window, and are no larger than they may be', () => {
  // In one shard, at one record a second: the first record, and a second of window; the archive 30 s. A window's end each 15 min.
  const slow = at(1);
  const live = MONTH_S / 2;
  const archive = MONTH_S / 31;
  const windows = 2_922;
  expect(costing(slow, 'Lambda', 'invocations').quantity).toBeCloseTo(live + archive + 2 * windows, 3);
  const seconds = (live + archive) * 0.1 + 2 * MONTH_S * 0.001 + 2 * windows * 0.005;
  expect(costing(slow, 'Lambda', 'readers').dollars).toBeCloseTo(seconds * 0.0000133334, 6);
  // At a hundred thousand a second batches are full.
  expect(costing(at(100_000), 'Lambda', 'invocations').quantity).toBeCloseTo(MONTH_S * (100 + 10) + 2 * windows, 0);
});

test('what runs by the clock costs the same at any rate', () => {
  const schedules = [{ task: 'sweep', memory: 2_048, everyMinutes: 5 }];
  const none = at(0, { deployed: { schedules } });
  // 8,766 times 0.3 s of 2 GB.
  expect(costing(none, 'Lambda', 'what runs by the clock').quantity).toBeCloseTo(5_259.6, 6);
  expect(at(50, { deployed: { schedules } }).fixedDollars).toBeCloseTo(none.dollars, 9);
});

test('events are paid by 64 KB', () => {
  expect(costing(at(1, { footprint: { events: 2, eventBytes: 65_536 } }), 'EventBridge', 'events').dollars).toBeCloseTo(
    5.2596,
    9,
  );
  expect(costing(at(1, { footprint: { events: 2, eventBytes: 65_537 } }), 'EventBridge', 'events').dollars).toBeCloseTo(
    10.5192,
    9,
  );
});

test('the archive is paid by requests and by its whole life', () => {
  const months = at(1);
  const loose = MONTH_S / 31;
  const bytes = MONTH_S * (2 * 1_000 + 256);
  const segments = bytes / 64_000_000;
  const puts = loose + 2 * segments;
  const gets = 2 * loose + 2 * segments;
  expect(costing(months, 'S3', 'journal and events').dollars).toBeCloseTo((puts * 0.005 + gets * 0.0004) / 1_000, 9);
  // Ten years of Standard: 119.9 months.
  const gb = bytes / 8 / 1024 ** 3;
  expect(costing(months, 'S3 STANDARD', 'the journal, its whole life').dollars).toBeCloseTo(
    gb * 0.023 * (3_650 / 30.4375),
    9,
  );
});

test('what watches is paid by alarm, metric, dashboard, log and trace; a key of the customer costs a dollar', () => {
  const months = at(0, { deployed: { alarmMetrics: 20, metrics: 10, dashboards: 1, keys: 1, interfaceEndpoints: 6 } });
  expect(costing(months, 'CloudWatch', 'alarms').dollars).toBeCloseTo(2, 9);
  expect(costing(months, 'CloudWatch', 'metrics').dollars).toBeCloseTo(3, 9);
  expect(costing(months, 'CloudWatch', 'dashboard').dollars).toBe(3);
  expect(costing(months, 'KMS', 'keys').dollars).toBe(1);
  expect(costing(months, 'VPC', 'interface endpoints').dollars).toBeCloseTo(43.83, 9);
  // Invocations of a month, 3 KB each, at $0.50 a GB.
  const logs = costing(months, 'CloudWatch', 'logs of functions and events');
  expect(logs.dollars).toBeCloseTo(((2 * 2_922 * 3_072) / 1024 ** 3) * 0.5, 9);
  expect(costing(at(0), 'X-Ray', 'traces').dollars).toBe(0);
  expect(costing(at(0, { deployed: { traced: true } }), 'X-Ray', 'traces').dollars).toBeCloseTo(
    (2 * 2_922 * 5) / 1_000_000,
    9,
  );
});

test('as a service: hours of containers and reads of the stream, and no function', () => {
  const months = at(1, { deployed: { worker: { count: 2, vcpus: 0.5, gb: 1 } }, shards: 4 });
  expect(costing(months, 'Fargate', 'workers').dollars).toBeCloseTo(2 * 730.5 * (0.5 * 0.03238 + 0.00356), 6);
  expect(costing(months, 'DynamoDB Streams', "the workers' reads").quantity).toBe(MONTH_S * 4 * 2);
  expect(months.lines.some(({ service, dollars }) => service === 'Lambda' && dollars > 0)).toBe(false);
});

test('prices can be overridden', () => {
  const dynamodb = { ...SERVICES_US_EAST_1.dynamodb, writeUnits: 6.25 };
  const dear = at(1, { footprint: { aggregates: 1, writeUnits: 1 }, prices: { dynamodb } });
  expect(costing(dear, 'DynamoDB', 'statistics').dollars).toBeCloseTo(2.6298 * 6.25, 6);
});

test('a declaration alone tells the most: chains of statistics multiply, each index entry moves', () => {
  const [version, finding] = reviewer.entities;
  if (!version || !finding) throw new Error('the reviewer has two entities');
  const base = statistic('base', {
    key: 'BASE#{name} / STATS',
    measures: { n: count() },
    feeds: (from) => [
      from(version, () => [
        { into: { name: 'a' }, add: { n: 1 } },
        { into: { name: 'b' }, add: { n: 1 } },
      ]),
    ],
  });
  const above = statistic('above', {
    key: 'ABOVE#{name} / STATS',
    measures: { n: count() },
    feeds: (from) => [from(base, (item) => [{ into: { name: item.name }, add: { n: 1 } }])],
    indexes: () => ({ GSI4PK: 'x', GSI4SK: 'y' }),
  });
  const system = defineSystem({ ...reviewer, statistics: [base, above], events: [], retention: [], archive: {} });
  // Half of the changes are of versions, each in two groups; each of these counts in one above.
  expect(declaredFootprint(system, 1_000)).toMatchObject({ aggregates: 2, writeUnits: 2, indexUnits: 2, leaving: 0 });
});

test('the text names each service that costs, the dearest first, and adds up', () => {
  const load = { changesPerSecond: 1, itemBytes: 1_024 };
  const months = forecast({ system: reviewer, load, footprint: declaredFootprint(reviewer, 1_024), deployed: USUAL });
  const services = byService(months);
  expect(services.map(({ dollars }) => dollars)).toEqual(
    [...services.map(({ dollars }) => dollars)].sort((a, b) => b - a),
  );
  expect(services.reduce((sum, { dollars }) => sum + dollars, 0)).toBeCloseTo(months.dollars, 9);
  expect(forecastText(months, load)).toMatch(
    /^\$[\d,.]+ a month at 1 changes a second of 1,024 bytes, \$[\d.]+ of it whatever is written: [A-Z].* \+ KMS \$0.05/,
  );
});
