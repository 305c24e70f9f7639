import { askForAll } from '../../shared/archive/restoring.ts';
import type { RestoreTier } from '../../shared/model/storagePrices.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Pause } from '../../shared/ports/pause.ts';
import type { Replay } from '../../shared/state/replays.ts';
import { type Feed, isUnreadable } from './feed.ts';
import type { Ledger } from './ledger.ts';

interface Ports {
  readonly feed: Pick<Feed<unknown>, 'archive' | 'coldAhead'>;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly signal: AbortSignal;
  readonly onWaiting?: (objects: number) => void;
}

/** Expedited takes minutes, all else hours. */
export const LOOK_EVERY_MS: Record<RestoreTier, number> = { Expedited: 60_000, Standard: 600_000, Bulk: 600_000 };

/** As `waitForAll`; the replay is `waiting` meanwhile. False where it was stopped or cancelled. */
export async function thaw(ledger: Ledger, ports: Ports): Promise<boolean> {
  const { restore, position } = ledger.replay;
  const isThere = await waitForAll(ports, restore, position, () => ledger.save({ state: 'waiting' }));
  return isThere && (ledger.replay.state === 'running' || ledger.save({ state: 'running' }));
}

/**
 * Asks for every cold object that lies ahead, all at once, and waits until the last of them can be read. Who comes here again
 * asks again, which changes nothing for what is on its way. False where the signal or `goesOn` stopped it.
 * @param goesOn asked before each wait
 */
export async function waitForAll(
  { feed, clock, pause, signal, onWaiting }: Ports,
  restore: Replay['restore'],
  after: Replay['position'],
  goesOn: () => Promise<boolean> = async () => true,
): Promise<boolean> {
  for (;;) {
    const cold = await feed.coldAhead(after);
    await askForAll(feed.archive, cold, restore, clock.now());
    const waiting = cold.filter(isUnreadable).length;
    if (waiting === 0 || signal.aborted) return !signal.aborted;
    if (!(await goesOn())) return false;
    onWaiting?.(waiting);
    await pause(LOOK_EVERY_MS[restore.tier], signal);
    if (signal.aborted) return false;
  }
}
