import { MAX_EVENT_AGE, MAX_RETRY_ATTEMPTS } from '../limits.ts';
import type { DeliveryFailure } from '../senders/sender.ts';

/**
 * "By default for 24 hours and up to 185 times with an exponential back off and jitter": these waits, in milliseconds,
 * spread 185 tries over about a day. AWS does not tell its own.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 600_000;

export interface RetryPolicy {
  readonly MaximumRetryAttempts?: number | undefined;
  readonly MaximumEventAgeInSeconds?: number | undefined;
}

interface Tried {
  /** Tries after the first. */
  readonly retries: number;
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
  readonly now: number;
  readonly policy: RetryPolicy | undefined;
  /** From 0 up to 1. */
  readonly random: number;
}

/** What ended the tries; absent where the failure is one that no later try mends. */
export type RetryCondition = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';

/** Milliseconds until the next try; or to give up. */
export type Next = { readonly wait: number } | { readonly condition: RetryCondition | undefined };

export const afterFailure = (failure: DeliveryFailure, { retries, takenAt, now, policy, random }: Tried): Next => {
  if (!failure.retry) return { condition: undefined };
  if (retries >= (policy?.MaximumRetryAttempts ?? MAX_RETRY_ATTEMPTS)) return { condition: 'MaximumRetryAttempts' };
  const backOff = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** retries);
  const wait = Math.max(failure.retryAfter, Math.round(backOff * (0.5 + random / 2)));
  const oldest = (policy?.MaximumEventAgeInSeconds ?? MAX_EVENT_AGE) * 1_000;
  return now + wait - takenAt > oldest ? { condition: 'MaximumEventAgeInSeconds' } : { wait };
};
