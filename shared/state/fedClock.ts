import type { Clock } from '../ports/clock.ts';
import type { StateStore } from '../ports/stateStore.ts';

const PK = 'CLOCK';
const SK = 'FED';

/** While history is fed, time is the history's: `feed` moves this clock forward, retention acts by it. */
export const moveFedClock = (state: StateStore, now: number): Promise<void> => state.put([{ pk: PK, sk: SK, now }]);

/** Sets the clock where none was set yet: before a history's first write, so that nobody acts on it by the present. */
export const startFedClock = (state: StateStore, now: number): Promise<boolean> =>
  state.putIfAbsent({ pk: PK, sk: SK, now });

/** The stage's time: the fed clock where one was set, else the given one. */
export async function stageTime(state: StateStore, clock: Clock): Promise<{ now: number; fed: boolean }> {
  const record = await state.get(PK, SK);
  return typeof record?.now === 'number' ? { now: record.now, fed: true } : { now: clock.now(), fed: false };
}

/**
 * Lets the stage's time follow a history. Only forward, for feeding an old one again does not turn time back; and not past
 * the present, whatever a line says.
 */
export async function advanceFedClock(state: StateStore, clock: Clock, until: number): Promise<void> {
  const { now, fed } = await stageTime(state, { now: () => 0 });
  const latest = Math.min(until, clock.now());
  if (latest > now || !fed) await moveFedClock(state, Math.max(latest, now));
}
