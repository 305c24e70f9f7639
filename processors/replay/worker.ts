import { isAfterwriteError } from '../../shared/model/errors.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import { listReplays, type Replay } from '../../shared/state/replays.ts';
import { type Ledger, takeReplay } from './ledger.ts';
import { stopFor, type Work } from './run.ts';
import { LOOK_EVERY_MS } from './thaw.ts';

/** After a failure in passing: the bus may be back by then. */
const AGAIN_MS = 60_000;

/** What of a run is the worker's own. */
type Turns = Pick<Work<unknown>, 'resumed' | 'signal' | 'goesOnAt' | 'onWaiting'>;

/** A replay that is opened: what it reads and where it goes. */
export interface OpenReplay {
  run(ledger: Ledger, turns: Turns): Promise<Replay>;
}

interface Ports {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted while there is still time to note how far it came. */
  readonly signal: AbortSignal;
  readonly newId: () => string;
  /** Throws where it can't go where it is to go from here. */
  open(replay: Replay): OpenReplay;
}

/**
 * Goes on with every replay that is the deployed worker's and due, one after the other, the one first that waited longest,
 * until the time is over. One whose objects are cold is left alone until they may be there: nobody pays for waiting. What
 * fails in passing is tried again later; what no retry mends stops the replay, with the reason, and no other.
 * @returns how many were gone on with
 */
export async function continueReplays(ports: Ports): Promise<number> {
  const { state, clock, signal } = ports;
  const seen = new Set<string>();
  while (!signal.aborted) {
    const [next] = dueOf(await listReplays(state), clock.now()).filter(({ id }) => !seen.has(id));
    if (!next) break;
    seen.add(next.id);
    await continueOne(ports, next);
  }
  return seen.size;
}

const isWorkers = ({ state, nextAt }: Replay): boolean =>
  nextAt !== undefined && (state === 'running' || state === 'waiting');

const dueOf = (replays: readonly Replay[], now: number): Replay[] =>
  replays
    .filter((replay) => isWorkers(replay) && Number(replay.nextAt) <= now)
    .sort((a, b) => Number(a.nextAt) - Number(b.nextAt));

async function continueOne(ports: Ports, { id, nextAt }: Replay): Promise<void> {
  const { state, clock, log, newId, open } = ports;
  try {
    const ledger = await takeReplay(state, id, newId(), nextAt);
    const opened = await opening(ledger, clock, () => open(ledger.replay));
    const ended = await opened.run(ledger, turnsOf(ports, ledger.replay));
    log.info({ replay: id, state: ended.state, sent: ended.sent }, 'the replay went on');
  } catch (error) {
    if (!isAfterwriteError(error)) throw error;
    const { code, message, mend } = error;
    if (code === 'CONFLICT') log.info({ replay: id, code }, message);
    else if (error.retry) log.warn({ replay: id, code }, `the replay goes on later: ${message}; ${mend}`);
    else log.error({ replay: id, code }, `the replay has stopped: ${message}; ${mend}`);
  }
}

async function opening(ledger: Ledger, clock: Clock, open: () => OpenReplay): Promise<OpenReplay> {
  try {
    return open();
  } catch (error) {
    await stopFor(ledger, { clock }, error);
    throw error;
  }
}

function turnsOf({ clock, signal }: Ports, { restore }: Replay): Turns {
  const waits = new AbortController();
  return {
    resumed: true,
    signal: AbortSignal.any([signal, waits.signal]),
    onWaiting: () => waits.abort(),
    goesOnAt: (why) => {
      if (why === 'failed') return clock.now() + AGAIN_MS;
      return clock.now() + (waits.signal.aborted ? LOOK_EVERY_MS[restore.tier] : 0);
    },
  };
}
