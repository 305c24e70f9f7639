import { isAfterwriteError } from '../model/errors.ts';
import type { Log } from '../ports/log.ts';
import type { Pause } from '../ports/pause.ts';

const FIRST_MS = 50;
const LONGEST_MS = 20_000;

export interface Persistence {
  readonly pause: Pause;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

/** Full jitter: anything up to a ceiling that doubles. */
const backoff = (failures: number, random: number): number =>
  Math.round(random * Math.min(LONGEST_MS, FIRST_MS * 2 ** failures));

/** Repeats what fails in passing, with growing pauses; undefined when the signal stops it. Throws what no retry can mend. */
export async function persist<Result>(
  { pause, random, log }: Persistence,
  where: object,
  signal: AbortSignal,
  attempt: () => Promise<Result>,
): Promise<Result | undefined> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isAfterwriteError(error) || !error.retry) throw error;
      log.warn({ ...where, code: error.code, failures: failures + 1 }, error.message);
      await pause(backoff(failures, random()), signal);
    }
  }
  return undefined;
}
