import pRetry, { AbortError } from 'p-retry';
import { AfterwriteError, isAfterwriteError } from '../shared/model/errors.ts';
import type { BusOutcome, EventBus } from '../shared/ports/eventBus.ts';
import { type Outgoing, pack } from './pack.ts';

export interface Refusal {
  readonly outgoing: Outgoing;
  readonly code: string;
  readonly message: string;
}

export interface RetryTimes {
  readonly retries: number;
  readonly minTimeout: number;
  readonly maxTimeout: number;
}

const RETRY: RetryTimes = { retries: 5, minTimeout: 50, maxTimeout: 2_000 };

/**
 * Publishes in order, call by call; of a call that failed in part only the failed entries are put again. A later event
 * of the same partition key waits until the earlier one is taken, and is given back with one that is refused. Gives back what the bus will never take; throws
 * PUBLISH_FAILED (retry) while the bus is not to be reached.
 */
export async function publish(
  bus: EventBus,
  outgoing: readonly Outgoing[],
  times: RetryTimes = RETRY,
): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  const closed = new Set<string>();
  for (const call of pack(outgoing)) {
    const behind = call.filter((one) => closed.has(one.envelope.metadata.partitionKey));
    refusals.push(...behind.map((one) => ({ outgoing: one, code: 'BEHIND', message: 'waits behind a refused event' })));
    const refused = await publishCall(
      bus,
      call.filter((one) => !behind.includes(one)),
      times,
    );
    for (const refusal of refused) closed.add(refusal.outgoing.envelope.metadata.partitionKey);
    refusals.push(...refused);
  }
  return refusals;
}

async function publishCall(bus: EventBus, call: readonly Outgoing[], times: RetryTimes): Promise<Refusal[]> {
  if (call.length === 0) return [];
  const refusals: Refusal[] = [];
  let left = call;
  await pRetry(
    async () => {
      const outcomes = await put(bus, left);
      refusals.push(...left.flatMap((one, i) => refusalOf(one, outcomes[i])));
      left = left.filter((_, i) => isPassing(outcomes[i]));
      if (left.length === 0) return;
      const [first] = outcomes.filter((outcome) => isPassing(outcome));
      throw failed(bus, `${left.length} entries: ${first && !first.ok ? first.message : ''}`);
    },
    { ...times, randomize: true },
  );
  return refusals;
}

async function put(bus: EventBus, outgoing: readonly Outgoing[]): Promise<BusOutcome[]> {
  try {
    return await bus.put(outgoing.map(({ entry }) => entry));
  } catch (error) {
    if (!isAfterwriteError(error) || !error.retry) throw new AbortError(error as Error);
    throw failed(bus, error.message, error);
  }
}

const failed = (bus: EventBus, what: string, cause?: unknown): AfterwriteError =>
  new AfterwriteError('PUBLISH_FAILED', `the bus '${bus.name}' does not take events: ${what}`, {
    retry: true,
    mend: 'it is tried again; nothing is lost while the stream holds the changes',
    cause,
  });

const isPassing = (outcome: BusOutcome | undefined): boolean => outcome !== undefined && !outcome.ok && outcome.retry;

const refusalOf = (outgoing: Outgoing, outcome: BusOutcome | undefined): Refusal[] =>
  outcome && !outcome.ok && !outcome.retry ? [{ outgoing, code: outcome.code, message: outcome.message }] : [];
