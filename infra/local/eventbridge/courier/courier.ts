import { setMaxListeners } from 'node:events';
import type { Log } from '../../../../shared/ports/log.ts';
import { MAX_WAITING_BYTES } from '../limits.ts';
import { DeliveryFailure, type Message, type SenderLookup } from '../senders/sender.ts';
import { inputOf } from '../transform/input.ts';
import { deadLetterOf } from './deadLetter.ts';
import type { Journal } from './journal.ts';
import { Lanes } from './lanes.ts';
import type { Parcel } from './parcel.ts';
import { type GivenUp, type Ports, tryOn } from './tries.ts';

/** Events since the start: put on a bus that is not there; with their target; given up and in a dead-letter queue; lost. */
export interface Counters {
  dropped: number;
  delivered: number;
  deadLettered: number;
  failed: number;
}

export interface CourierParts extends Ports {
  readonly senderOf: SenderLookup;
  readonly journal: Journal;
  readonly counters: Counters;
  readonly log: Log;
}

/** Tries at once to one ARN. Ours. */
const LANE_WIDTH = 10;
/** Tries to put an event into its dead-letter queue, before it is lost. Ours. */
const DEAD_LETTER_POLICY = { MaximumRetryAttempts: 5 };

/**
 * Brings events to their targets, each at least once, in no order. States of a parcel: waiting in its target's lane ->
 * under way -> delivered, or pausing until its next try -> waiting, or given up -> in the dead-letter queue, or lost
 * (counted and logged). The journal knows it until one of the ends is reached: a parcel that a stop or a crash
 * interrupts begins anew at the next start, with the age that it has.
 */
export class Courier {
  readonly #parts: CourierParts;
  readonly #lanes = new Lanes(LANE_WIDTH);
  readonly #underWay = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #waitingBytes = 0;

  constructor(parts: CourierParts) {
    this.#parts = parts;
    // Everything that waits listens for the stop.
    setMaxListeners(0, this.#stopping.signal);
    for (const parcel of parts.journal.pending()) this.#start(parcel);
  }

  hasRoom(): boolean {
    return this.#waitingBytes < MAX_WAITING_BYTES;
  }

  /** Resolves when the journal has them; their delivery comes after. */
  async take(parcels: readonly Parcel[]): Promise<void> {
    if (parcels.length === 0) return;
    await this.#parts.journal.taken(parcels);
    for (const parcel of parcels) this.#start(parcel);
  }

  /** Resolves when nothing is on its way or pausing. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /** Interrupts what is on its way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.settled();
    await this.#parts.journal.close();
  }

  #start(parcel: Parcel): void {
    this.#waitingBytes += parcel.line.length;
    const done = this.#deliver(parcel)
      .catch((error: unknown) => this.#parts.log.error({ event: parcel.eventId }, String(error)))
      .finally(() => {
        this.#waitingBytes -= parcel.line.length;
        this.#underWay.delete(done);
      });
    this.#underWay.add(done);
  }

  async #deliver(parcel: Parcel): Promise<void> {
    const { counters, journal } = this.#parts;
    const { target, takenAt, eventId } = parcel;
    const send = (): Promise<void> => this.#send(target.Arn, () => ({ body: inputOf(parcel), eventId, target }));
    const rules = { takenAt, policy: target.RetryPolicy, signal: this.#stopping.signal };
    const ending = await tryOn(send, this.#parts, rules);
    if (ending === 'interrupted') return;
    if (ending === 'delivered') counters.delivered++;
    else if ((await this.#giveUp(parcel, ending)) === 'interrupted') return;
    await journal.settled(parcel.id);
  }

  async #giveUp(parcel: Parcel, givenUp: GivenUp): Promise<'settled' | 'interrupted'> {
    const { counters, log, clock } = this.#parts;
    const queue = parcel.target.DeadLetterConfig?.Arn;
    const about = {
      rule: parcel.rule.name,
      target: parcel.target.Id,
      event: parcel.eventId,
      code: givenUp.failure.code,
    };
    if (queue !== undefined) {
      const send = (): Promise<void> => this.#send(queue, () => deadLetterOf(parcel, givenUp, queue));
      const rules = { takenAt: clock.now(), policy: DEAD_LETTER_POLICY, signal: this.#stopping.signal };
      const ending = await tryOn(send, this.#parts, rules);
      if (ending === 'interrupted') return ending;
      if (ending === 'delivered') {
        counters.deadLettered++;
        return 'settled';
      }
      log.error({ ...about, queue, queueCode: ending.failure.code }, 'a dead-letter queue takes nothing');
    }
    counters.failed++;
    log.warn(about, `an event was given up after ${givenUp.retries} retries: ${givenUp.failure.message}`);
    return 'settled';
  }

  #send(arn: string, message: () => Message): Promise<void> {
    const { signal } = this.#stopping;
    return this.#lanes.run(arn, async () => {
      if (signal.aborted) throw new DeliveryFailure('INTERNAL_ERROR', 'The endpoint stops.');
      const send = this.#parts.senderOf(arn);
      if (send === undefined) throw new DeliveryFailure('NO_RESOURCE', `Nothing here answers to ${arn}.`);
      await send(message(), signal);
    });
  }
}
