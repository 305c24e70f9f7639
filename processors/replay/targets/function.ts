import pMap from 'p-map';
import pRetry, { AbortError } from 'p-retry';
import type { Envelope } from '../../../events/envelope.ts';
import type { RetryTimes } from '../../../events/publish.ts';
import { AfterwriteError, passes } from '../../../shared/model/errors.ts';
import { MAX_PAYLOAD_BYTES, type RemoteFunction } from '../../../shared/ports/remoteFunction.ts';
import type { ReplayTarget } from '../target.ts';
import { claimed, type Publishing } from './publishing.ts';
import { behindFailures, type QueueRecord, recordOf } from './queueBatch.ts';

/** As a mapping from a queue has it, where nothing else is said: functions have their time-out by it. */
export const RECORDS_A_CALL = 10;
const CALLS_AT_ONCE = 4;
const PORTION = RECORDS_A_CALL * CALLS_AT_ONCE;
/** `{"Records":[]}` */
const FRAME_BYTES = 14;
const RETRY: RetryTimes = { retries: 5, minTimeout: 200, maxTimeout: 5_000 };

/**
 * Calls one function with batches as it has them from a FIFO queue (a message is an envelope as JSON), and reads its answer
 * as Lambda does: what it names in `batchItemFailures` comes again, with all behind it of the same partition key. Large
 * events go as claims.
 */
export function functionTarget({
  remote,
  retry = RETRY,
  ...publishing
}: Publishing & { readonly remote: RemoteFunction }): ReplayTarget {
  return {
    name: `function ${remote.name}`,
    portion: PORTION,
    check: () => remote.describe(),
    open: () => remote.describe(),
    async send(envelopes) {
      const outgoing = await claimed(envelopes, publishing);
      const lanes = lanesOf(outgoing.map(({ envelope }) => envelope));
      const results = await pMap(lanes, (lane) => settled(sendLane(remote, lane, retry)), {
        concurrency: CALLS_AT_ONCE,
      });
      // Not before all calls have ended: who goes on must not meet one of them.
      for (const { error } of results) if (error !== undefined) throw error;
      return undefined;
    },
    close: async () => {},
  };
}

const settled = (work: Promise<void>): Promise<{ error?: unknown }> =>
  work.then(
    () => ({}),
    (error: unknown) => ({ error }),
  );

/** The events of one partition key are in one lane, in order; lanes are of about one length. */
function lanesOf(envelopes: readonly Envelope[]): QueueRecord[][] {
  const lanes: QueueRecord[][] = Array.from({ length: CALLS_AT_ONCE }, () => []);
  const laneOf = new Map<string, QueueRecord[]>();
  for (const envelope of envelopes) {
    const { partitionKey } = envelope.metadata;
    const lane = laneOf.get(partitionKey) ?? lanes.reduce((least, one) => (one.length < least.length ? one : least));
    laneOf.set(partitionKey, lane);
    lane.push(recordOf(envelope));
  }
  return lanes.filter((lane) => lane.length > 0);
}

async function sendLane(remote: RemoteFunction, lane: readonly QueueRecord[], retry: RetryTimes): Promise<void> {
  for (const batch of batchesOf(lane)) await deliver(remote, batch, retry);
}

function batchesOf(lane: readonly QueueRecord[]): QueueRecord[][] {
  const batches: QueueRecord[][] = [];
  let bytes = 0;
  for (const record of lane) {
    const size = Buffer.byteLength(record.json) + 1;
    const last = batches[batches.length - 1];
    if (last && last.length < RECORDS_A_CALL && bytes + size <= MAX_PAYLOAD_BYTES) last.push(record);
    else {
      batches.push([record]);
      bytes = FRAME_BYTES;
    }
    bytes += size;
  }
  return batches;
}

function deliver(remote: RemoteFunction, batch: readonly QueueRecord[], retry: RetryTimes): Promise<void> {
  let left = batch;
  const attempt = async (): Promise<void> => {
    const answer = await remote
      .call(`{"Records":[${left.map(({ json }) => json).join(',')}]}`)
      .catch((error: unknown) => {
        throw passes(error) ? error : new AbortError(error as Error);
      });
    left = behindFailures(left, answer);
    const [first] = left;
    if (!first) return;
    throw new AfterwriteError(
      'PUBLISH_FAILED',
      `${remote.name} did not take ${first.about}, nor ${left.length - 1} more`,
      {
        retry: true,
        mend: 'look into its log; then go on with the replay',
      },
    );
  };
  return pRetry(attempt, { ...retry, randomize: true });
}
