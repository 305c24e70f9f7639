import { sourceName } from '../../events/envelope.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { type Workplace, workplace } from '../../infra/pipeline/workplace.ts';
import { type Clients, connect } from '../../shared/aws/clients.ts';
import { provision } from '../../shared/aws/provision.ts';
import { systemClock } from '../../shared/ports/clock.ts';
import { silentLog } from '../../shared/ports/log.ts';
import { realPause } from '../../shared/ports/pause.ts';
import type { StreamSource } from '../../shared/ports/streamSource.ts';
import { type Change, decodeChange } from '../../shared/stream/change.ts';
import type { StreamRecord } from '../../shared/stream/record.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';

/** A stage on a stack of its own. */
export interface BenchStage {
  readonly stack: Stack;
  readonly place: Workplace;
  readonly source: StreamSource;
  /** DynamoDB Local keeps one shard a table. */
  readonly shard: string;
  /** Never aborted: an interrupted bench exits. */
  readonly signal: AbortSignal;
}

/** What every part that can wait, retry or complain is given. */
export const surroundings = { clock: systemClock, pause: realPause, random: Math.random, log: silentLog };

export const REGION = 'us-east-1';

/** Batches as the pipeline makes them. */
export const LIVE_BATCH = 2_000;
export const ARCHIVE_BATCH = 4_000;

/** Any: the embedded stack checks none. */
export const CREDENTIALS = { accessKeyId: 'afterwrite', secretAccessKey: 'afterwrite' };

/**
 * Clients for writers that have more in flight than sockets: a call that waits for a socket counts as not connected, and
 * the product's five seconds would fail it on a slow machine.
 */
export const patientClients = (stack: Stack): Clients =>
  connect({
    region: REGION,
    endpoints: stack.endpoints,
    credentials: CREDENTIALS,
    requestHandler: { connectionTimeout: PATIENCE_MS, requestTimeout: PATIENCE_MS },
  });

const PATIENCE_MS = 600_000;

/**
 * An embedded stack of its own, in memory. DynamoDB Local writes at half its speed when it has had a second stream,
 * deleted or not, and at a fifth after six.
 */
export async function withStack<Result>(use: (stack: Stack) => Promise<Result>): Promise<Result> {
  const stack = await startStack({ given: {}, clock: systemClock, region: REGION });
  try {
    return await use(stack);
  } finally {
    await stack.stop();
  }
}

export const withStage = <Result>(name: string, use: (stage: BenchStage) => Promise<Result>): Promise<Result> =>
  withStack((stack) => useStage(stack, name, use));

async function useStage<Result>(
  stack: Stack,
  name: string,
  use: (stage: BenchStage) => Promise<Result>,
): Promise<Result> {
  const connection = { region: REGION, endpoints: stack.endpoints, credentials: CREDENTIALS };
  const place = workplace(reviewer, name, connection);
  const { clients, system, names, region } = place;
  try {
    await provision(clients, system, names, sourceName(system.name), region);
    const source = await place.stream();
    const [first, ...more] = await source.shards();
    if (!first || more.length > 0) throw new Error(`one shard was expected, not ${more.length + (first ? 1 : 0)}`);
    return await use({
      stack,
      place,
      source,
      shard: first.id,
      signal: new AbortController().signal,
    });
  } finally {
    clients.close();
  }
}

/** Changes that nobody looked into yet: their images are decoded on first use, once each. */
export const freshChanges = ({ place, source, shard }: BenchStage, records: readonly StreamRecord[]): Change[] =>
  records.map((record) => decodeChange(place.system, record, source.stream, shard));
