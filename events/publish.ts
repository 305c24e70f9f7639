import pMap from 'p-map';
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
/** Who waits longer for the bus does better to spill. */
const LONGEST_RETRY_MS = 10_000;
const CALLS_IN_FLIGHT = 4;

/**
 * Publishes in order per partition key, several calls at a time: one is made once the earlier events of its keys are taken.
 * Of a call that failed in part only the failed entries are put again. What comes behind a refused event of its key is
 * given back with it. Gives back what the bus will never take; throws PUBLISH_FAILED (retry) while the bus is not to be
 * reached, when no call is under way any more.
 */
export async function publish(
  bus: EventBus,
  outgoing: readonly Outgoing[],
  times: RetryTimes = RETRY,
): Promise<Refusal[]> {
  const publication = new Publication(bus, times);
  /** By partition key: the end of the last call that has an event of it. */
  const ends = new Map<string, Promise<unknown>>();
  await pMap(
    pack(outgoing),
    (call) => {
      const keys = call.map(keyOf);
      const before = keys.flatMap((key) => ends.get(key) ?? []);
      const end = Promise.all(before).then(() => publication.put(call));
      for (const key of keys) ends.set(key, end);
      return end;
    },
    { concurrency: CALLS_IN_FLIGHT },
  );
  return publication.end();
}

const keyOf = ({ envelope }: Outgoing): string => envelope.metadata.partitionKey;

/** States: publishing -> failed (a call was given up: no further one is made). */
class Publication {
  readonly #bus: EventBus;
  readonly #times: RetryTimes;
  readonly #refusals: Refusal[] = [];
  /** Partition keys with a refused event: nothing of them may follow. */
  readonly #closed = new Set<string>();
  #failure: { readonly error: unknown } | undefined;

  constructor(bus: EventBus, times: RetryTimes) {
    this.#bus = bus;
    this.#times = times;
  }

  /** Never rejects: what is under way must have come to its end before a failure is told. */
  async put(call: readonly Outgoing[]): Promise<void> {
    if (this.#failure) return;
    const free: Outgoing[] = [];
    for (const one of call) {
      if (!this.#closed.has(keyOf(one))) free.push(one);
      else this.#refusals.push({ outgoing: one, code: 'BEHIND', message: 'waits behind a refused event' });
    }
    try {
      if (free.length > 0) await this.#putAll(free);
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  end(): Refusal[] {
    if (this.#failure) throw this.#failure.error;
    return this.#refusals;
  }

  #putAll(call: readonly Outgoing[]): Promise<void> {
    let left = call;
    const attempt = async (): Promise<void> => {
      const outcomes = await putOnce(this.#bus, left);
      for (const [i, one] of left.entries()) this.#noteRefusal(one, outcomes[i]);
      left = left.filter((_, i) => isPassing(outcomes[i]));
      if (left.length === 0) return;
      const first = outcomes.find((outcome) => isPassing(outcome));
      throw failed(this.#bus, `${left.length} entries: ${first && !first.ok ? first.message : ''}`);
    };
    return pRetry(attempt, { ...this.#times, maxRetryTime: LONGEST_RETRY_MS, randomize: true });
  }

  #noteRefusal(outgoing: Outgoing, outcome: BusOutcome | undefined): void {
    if (!outcome || outcome.ok || outcome.retry) return;
    this.#closed.add(keyOf(outgoing));
    this.#refusals.push({ outgoing, code: outcome.code, message: outcome.message });
  }
}

async function putOnce(bus: EventBus, outgoing: readonly Outgoing[]): Promise<BusOutcome[]> {
  try {
    return await bus.put(outgoing.map(({ entry }) => entry));
  } catch (error) {
    if (!isAfterwriteError(error)) throw new AbortError(error as Error);
    if (error.code === 'ITEM_REFUSED') return oneByOne(bus, outgoing, error);
    const told = error.code === 'PUBLISH_FAILED' ? error : failed(bus, error.message, error);
    throw error.retry ? told : new AbortError(told);
  }
}

/** One entry may be what the bus refuses a whole call for: alone it is told from the others. */
async function oneByOne(
  bus: EventBus,
  outgoing: readonly Outgoing[],
  { code, message }: AfterwriteError,
): Promise<BusOutcome[]> {
  if (outgoing.length === 1) return [{ ok: false, code, message, retry: false }];
  const outcomes: BusOutcome[] = [];
  for (const one of outgoing) outcomes.push(...(await putOnce(bus, [one])));
  return outcomes;
}

/** Whatever the reason, lost credentials and a proxy's page too: the events wait, and nothing else waits for them. */
const failed = (bus: EventBus, what: string, cause?: unknown): AfterwriteError =>
  new AfterwriteError('PUBLISH_FAILED', `the bus '${bus.name}' does not take events: ${what}`, {
    retry: true,
    mend: isAfterwriteError(cause) && !cause.retry ? cause.mend : 'it is tried again',
    cause,
  });

const isPassing = (outcome: BusOutcome | undefined): boolean => outcome !== undefined && !outcome.ok && outcome.retry;
