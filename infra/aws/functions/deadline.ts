import type { Pause } from '../../../shared/ports/pause.ts';
import type { Deadline } from '../../../shared/stream/delivering.ts';

/** What Lambda tells about an invocation. https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
export interface Invocation {
  getRemainingTimeInMillis(): number;
}

/** Kept back for the answer: a call that is on its way may end, and the log is written. */
const ANSWER_MS = 2_000;

/**
 * Runs with the time that there is, less what the answer takes.
 * @param keptMs kept back in place of what the answer takes
 */
export async function withDeadline<Result>(
  invocation: Invocation,
  pause: Pause,
  work: (deadline: Deadline) => Promise<Result>,
  keptMs = ANSWER_MS,
): Promise<Result> {
  const late = new AbortController();
  const over = new AbortController();
  const remainingMs = (): number => invocation.getRemainingTimeInMillis() - keptMs;
  const waiting = pause(Math.max(0, remainingMs()), over.signal).then(() => late.abort());
  try {
    return await work({ remainingMs, signal: late.signal });
  } finally {
    over.abort();
    await waiting;
  }
}
