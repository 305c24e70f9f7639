import { silentLog } from '../../../shared/ports/log.ts';
import type { Processes } from '../../../shared/ports/processes.ts';
import type { StateStore } from '../../../shared/ports/stateStore.ts';
import { Activity } from '../../../shared/stream/activity.ts';
import { LeaseKeeper } from '../../../shared/stream/leaseKeeper.ts';
import type { TurnedClock } from '../memory/turnedClock.ts';

/** A process among others that is not asked to read: it notes what it is given to do. */
export interface GivenWorker {
  readonly keeper: LeaseKeeper;
  readonly activity: Activity;
  /** What it does now. */
  readonly doing: Set<string>;
  /** So that what it is told to stop is not at its end yet. */
  holdOn: boolean;
  want(...shards: string[]): Promise<void>;
  /** Ends what was held on, and all that was told to stop. */
  letGo(): void;
  stop(): Promise<void>;
  /** From now on nothing of it reaches the store. */
  die(): void;
}

interface Given {
  readonly state: StateStore;
  readonly clock: TurnedClock;
  readonly name: string;
  readonly isGone?: Processes['isGone'];
}

export function givenWorker({ state, clock, name, isGone = () => false }: Given): GivenWorker {
  const activity = new Activity();
  const stop = new AbortController();
  let isDead = false;
  let names = 0;
  const alive = new Proxy(state, {
    get: (store, method: keyof StateStore) =>
      isDead ? () => new Promise(() => {}) : (store[method] as unknown as () => unknown).bind(store),
  });
  const keeper = new LeaseKeeper({
    state: alive,
    clock,
    activity,
    pause: clock.pause,
    random: () => 0,
    log: silentLog,
    processes: { process: name, machine: 'here', isGone },
    newId: () => `${name}${++names}`,
  });
  const ended = keeper.run(stop.signal);
  const waiting: (() => void)[] = [];
  const worker: GivenWorker = {
    keeper,
    activity,
    doing: new Set(),
    holdOn: false,
    want: (...shards) =>
      keeper.want('live', {
        shards,
        changed: () => {},
        serve: (shard, signal) =>
          new Promise((resolve) => {
            worker.doing.add(shard);
            const end = (): void => {
              worker.doing.delete(shard);
              resolve();
            };
            signal.addEventListener('abort', () => (worker.holdOn ? waiting.push(end) : end()));
          }),
      }),
    letGo: () => {
      for (const end of waiting.splice(0)) end();
    },
    stop: () => {
      stop.abort();
      return ended;
    },
    die: () => {
      isDead = true;
    },
  };
  return worker;
}

/** Lets all work until they wait, and turns the clock from one waking to the next, for so many milliseconds. */
export async function pass(clock: TurnedClock, ms: number): Promise<void> {
  const until = clock.now() + ms;
  const rest = new AbortController();
  void clock.pause(ms, rest.signal);
  await everybodyWaits();
  while (clock.now() < until && clock.advanceToNext()) await everybodyWaits();
}

export const everybodyWaits = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
