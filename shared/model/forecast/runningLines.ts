import { READER_BATCHES, TUMBLING_WINDOW_SECONDS } from '../readerBatches.ts';
import type { Deployed } from './deployed.ts';
import { type Batches, type Line, MILLION, MONTH_HOURS, MONTH_S, type Month } from './month.ts';
import type { ServicePrices } from './prices.ts';

const MB_A_GB = 1_024;
/** How long functions run. Taken for granted: nobody has measured it on AWS. */
const MS = { batch: 100, record: 1, window: 5, schedule: 300 };
/** How often the service asks each shard for more, by each of its two readers. */
const WORKER_POLL_SECONDS = 1;
const READERS = 2;

/** A batch waits for its window from its first record on, and no longer than until it is full. */
export function batchesOf(recordsPerSecond: number, shards: number): Batches {
  const rate = recordsPerSecond / shards;
  const ofReader = ({ records, windowSeconds }: { records: number; windowSeconds: number }): number =>
    MONTH_S * shards * Math.max(rate / records, rate / (1 + rate * windowSeconds));
  return { live: ofReader(READER_BATCHES.live), archive: ofReader(READER_BATCHES.archive) };
}

/** Functions, or the service in their place; events; endpoints of the network. */
export function runningLines(month: Month): Line[] {
  const { changes, footprint, prices, deployed } = month;
  const chunks = changes * footprint.events * Math.max(1, Math.ceil(footprint.eventBytes / 65_536));
  const hours = deployed.interfaceEndpoints * MONTH_HOURS;
  return [
    ...(deployed.worker ? serviceLines(month, deployed.worker) : readerLines(month)),
    ...clockLines(month),
    {
      service: 'EventBridge',
      what: 'events',
      quantity: chunks,
      unit: 'of up to 64 KB',
      dollars: (chunks / MILLION) * prices.eventBridge.events,
    },
    {
      service: 'VPC',
      what: 'interface endpoints',
      quantity: hours,
      unit: 'hours',
      dollars: hours * prices.interfaceEndpoint,
    },
  ];
}

/** Invocations of a month, by what they are for. */
export function invocationsOf({ batches, deployed, shards }: Month): number[] {
  const windows = (MONTH_S / TUMBLING_WINDOW_SECONDS) * shards;
  const readers = deployed.worker ? [] : [batches.live + windows, batches.archive + windows];
  return [...readers, ...deployed.schedules.map(({ everyMinutes }) => MONTH_S / 60 / everyMinutes)];
}

function readerLines({ records, batches, deployed, prices, shards }: Month): Line[] {
  const windows = (MONTH_S / TUMBLING_WINDOW_SECONDS) * shards;
  const ofReader = (reader: keyof Batches): number =>
    (deployed.memory[reader] / MB_A_GB) *
    ((batches[reader] * MS.batch + records * MS.record + windows * MS.window) / 1_000);
  return [
    running('readers', ofReader('live') + ofReader('archive'), prices),
    // https://aws.amazon.com/dynamodb/pricing/on-demand/: GetRecords of Lambda's triggers are free.
    { service: 'DynamoDB Streams', what: "Lambda's reads", quantity: records * READERS, unit: 'records', dollars: 0 },
  ];
}

function clockLines(month: Month): Line[] {
  const { deployed, prices } = month;
  const invocations = invocationsOf(month).reduce((sum, n) => sum + n, 0);
  const seconds = deployed.schedules.reduce(
    (sum, { memory, everyMinutes }) => sum + (memory / MB_A_GB) * (MS.schedule / 1_000) * (MONTH_S / 60 / everyMinutes),
    0,
  );
  return [
    {
      service: 'Lambda',
      what: 'invocations',
      quantity: invocations,
      unit: 'requests',
      dollars: (invocations / MILLION) * prices.lambda.requests,
    },
    running('what runs by the clock', seconds, prices),
  ];
}

const running = (what: string, quantity: number, { lambda }: ServicePrices): Line => ({
  service: 'Lambda',
  what,
  quantity,
  unit: 'GB-seconds',
  dollars: quantity * lambda.gbSecond,
});

function serviceLines({ shards, prices }: Month, { count, vcpus, gb }: NonNullable<Deployed['worker']>): Line[] {
  const hours = count * MONTH_HOURS;
  const reads = (MONTH_S / WORKER_POLL_SECONDS) * shards * READERS;
  return [
    {
      service: 'Fargate',
      what: 'workers',
      quantity: hours,
      unit: 'hours',
      dollars: hours * (vcpus * prices.fargate.vcpu + gb * prices.fargate.gb),
    },
    {
      service: 'DynamoDB Streams',
      what: "the workers' reads",
      quantity: reads,
      unit: 'requests',
      dollars: (reads / MILLION) * prices.dynamodb.streamReads,
    },
  ];
}
