import { sourceName } from '../../../events/envelope.ts';
import { feed } from '../../../infra/feed/feed.ts';
import type { Stack } from '../../../infra/local/stack.ts';
import { onThisMachine, type PipelineOptions } from '../../../infra/pipeline/options.ts';
import { Pipeline } from '../../../infra/pipeline/pipeline.ts';
import { type Workplace, workplace } from '../../../infra/pipeline/workplace.ts';
import type { Connection } from '../../../shared/aws/clients.ts';
import { provision } from '../../../shared/aws/provision.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { type Pause, realPause } from '../../../shared/ports/pause.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { type Breakage, FaultyHandler } from './faultyHandler.ts';

const REGION = 'us-east-1';
const LONGEST_PAUSE_MS = 25;
const QUIET_MS = 60;
/** No life of a few lines takes so long: one that does will never end. */
const LONGEST_LIFE_MS = 30_000;

const shortPause: Pause = (ms, signal) => realPause(Math.min(ms, LONGEST_PAUSE_MS), signal);

const hurried: PipelineOptions = {
  ...onThisMachine(silentLog),
  pause: shortPause,
  random: () => 0,
  sweepsExpired: true,
  quietMs: QUIET_MS,
  pollMs: LONGEST_PAUSE_MS,
  archiveWaitMs: 0,
  liveWaitMs: 0,
  leaseTimes: { renewMs: 100, deadMs: 400 },
};

/** A workplace whose every call to the outside goes once, through the handler. */
export function placeOf(stack: Stack, stage: string, requestHandler?: FaultyHandler): Workplace {
  const connection: Connection = {
    region: REGION,
    endpoints: stack.endpoints,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    ...(requestHandler && { requestHandler }),
  };
  return workplace(reviewer, stage, connection);
}

export const provisionAll = ({ clients, system, names }: Workplace): Promise<unknown> =>
  provision(clients, system, names, sourceName(system.name), REGION);

/** @param between runs after each of the feed's three steps: requested, finished, fixed */
export async function feedAll(
  place: Workplace,
  file: string,
  signal: AbortSignal,
  between?: () => Promise<void>,
): Promise<void> {
  const { clock, random, log } = hurried;
  const steps = between ? { rate: 1, pause: between } : { rate: undefined, pause: shortPause };
  await feed(place, { file, limit: undefined, clock, random, log, signal, ...steps });
}

export const runAll = (place: Workplace, signal: AbortSignal): Promise<void> =>
  new Pipeline(place, hurried).runUntilIdle(signal);

/** `done`: idle, all by itself. `failed`: it threw, as a command does that ends with 1. `killed`: it is no more. */
export interface Ended {
  readonly how: 'done' | 'failed' | 'killed';
  readonly calls: number;
  readonly broken: FaultyHandler['broken'];
  /** Why it failed. */
  readonly error: unknown;
}

/** What one process does from its start until it is idle, fails, or is killed. Throws where it would never end. */
export async function live(
  open: (handler: FaultyHandler) => Workplace,
  work: (place: Workplace, signal: AbortSignal) => Promise<void>,
  breakage?: Breakage,
): Promise<Ended> {
  const handler = new FaultyHandler(breakage);
  const place = open(handler);
  const stop = new AbortController();
  let error: unknown;
  const deadline = setTimeout(() => stop.abort(), LONGEST_LIFE_MS);
  try {
    const working = work(place, stop.signal).then(
      () => 'done' as const,
      (thrown: unknown) => {
        error = thrown;
        return 'failed' as const;
      },
    );
    const how = await Promise.race([working, handler.death]);
    if (stop.signal.aborted)
      throw new Error(`not idle after ${LONGEST_LIFE_MS} ms (broken: ${JSON.stringify(handler.broken)})`);
    return { how, calls: handler.calls, broken: handler.broken, error };
  } finally {
    clearTimeout(deadline);
    stop.abort();
    await handler.settled();
    place.clients.close();
  }
}
