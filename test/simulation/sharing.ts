import type { Clock } from '../../shared/ports/clock.ts';
import { silentLog } from '../../shared/ports/log.ts';
import type { Pause } from '../../shared/ports/pause.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { Activity } from '../../shared/stream/activity.ts';
import { LeaseKeeper } from '../../shared/stream/leaseKeeper.ts';
import { below } from './random.ts';

/** So short that a story of a few seconds sees workers join, leave and be taken for dead. */
const TIMES = { renewMs: 100, deadMs: 400 };
const SLOWEST = 30;

/** Now and then a worker is so slow that the others take it for dead, and it goes on as a zombie for a while. */
export const unevenPause = (pause: Pause, random: () => number): Pause => {
  const slow = random() < 0.3 ? 1 + below(random, SLOWEST) : 1;
  return (ms, signal) => pause(ms * slow, signal);
};

export const sharing = (
  state: StateStore,
  { clock, pause, random, activity }: { clock: Clock; pause: Pause; random: () => number; activity: Activity },
): LeaseKeeper =>
  new LeaseKeeper({
    state,
    clock,
    activity,
    pause,
    random,
    log: silentLog,
    processes: { process: 'p', machine: undefined, isGone: () => false },
    newId: () => String(random()),
    leaseTimes: TIMES,
  });
