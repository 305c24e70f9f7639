import type { Clock } from '../../../../shared/ports/clock.ts';
import type { Pause } from '../../../../shared/ports/pause.ts';
import { DeliveryFailure } from '../senders/sender.ts';
import { afterFailure, type RetryCondition, type RetryPolicy } from './retry.ts';

export interface Ports {
  readonly clock: Clock;
  readonly pause: Pause;
  /** From 0 up to 1. */
  readonly random: () => number;
}

export interface GivenUp {
  readonly failure: DeliveryFailure;
  readonly retries: number;
  readonly condition: RetryCondition | undefined;
}

/** `interrupted`: the signal came before the end, nothing is known of the last try. */
export type Ending = 'delivered' | 'interrupted' | GivenUp;

interface Rules {
  readonly takenAt: number;
  readonly policy: RetryPolicy | undefined;
  readonly signal: AbortSignal;
}

/** Tries until it is delivered, or the policy or the failure says that it ends. */
export const tryOn = async (send: () => Promise<void>, ports: Ports, rules: Rules): Promise<Ending> => {
  const { signal, takenAt, policy } = rules;
  for (let retries = 0; ; retries++) {
    const failure = await failureOf(send);
    if (failure === undefined) return 'delivered';
    if (signal.aborted) return 'interrupted';
    const next = afterFailure(failure, { retries, takenAt, policy, now: ports.clock.now(), random: ports.random() });
    if ('condition' in next) return { failure, retries, condition: next.condition };
    await ports.pause(next.wait, signal);
    if (signal.aborted) return 'interrupted';
  }
};

const failureOf = async (send: () => Promise<void>): Promise<DeliveryFailure | undefined> => {
  try {
    await send();
    return undefined;
  } catch (error) {
    if (error instanceof DeliveryFailure) return error;
    return new DeliveryFailure('INTERNAL_ERROR', error instanceof Error ? error.name : 'something was thrown');
  }
};
