import { askForAll, type ColdObject, coldUnder } from '../../shared/archive/restoring.ts';
import { keysAhead } from '../../shared/archive/timeline.ts';
import type { RestoreTier } from '../../shared/model/storagePrices.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { Pause } from '../../shared/ports/pause.ts';
import type { Replay } from '../../shared/state/replays.ts';
import type { Ledger } from './ledger.ts';
import type { Source } from './source.ts';

interface Ports {
  readonly source: Source;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly signal: AbortSignal;
  readonly onWaiting?: (objects: number) => void;
}

/** Expedited takes minutes, all else hours. */
const LOOK_EVERY_MS: Record<RestoreTier, number> = { Expedited: 60_000, Standard: 600_000, Bulk: 600_000 };

/**
 * Asks for every cold object that lies ahead, all at once, and waits until the last of them can be read: the replay is
 * `waiting` meanwhile. Who comes here again asks again, which changes nothing for what is on its way. False where it was
 * stopped or cancelled.
 */
export async function thaw(ledger: Ledger, { source, clock, pause, signal, onWaiting }: Ports): Promise<boolean> {
  const { restore, position } = ledger.replay;
  for (;;) {
    const cold = await coldAhead(source, position);
    await askForAll(source.shelf.archive, cold, restore, clock.now());
    const waiting = cold.filter(isUnreadable).length;
    if (waiting === 0) break;
    if (signal.aborted || !(await ledger.save({ state: 'waiting' }))) return false;
    onWaiting?.(waiting);
    await pause(LOOK_EVERY_MS[restore.tier], signal);
  }
  return !signal.aborted && (ledger.replay.state === 'running' || ledger.save({ state: 'running' }));
}

export const isUnreadable = ({ readability: { state } }: ColdObject): boolean =>
  state === 'cold' || state === 'restoring';

/** What would be read and lies in a class that must be restored, whether it is restored or not. */
export async function coldAhead({ shelf, wanted }: Source, after: Replay['position']): Promise<ColdObject[]> {
  const ahead = new Set(await keysAhead(shelf, { ...wanted, after }));
  const under = [shelf.objects, shelf.segments].map((prefix) =>
    coldUnder(shelf.archive, prefix, (key) => ahead.has(key)),
  );
  return (await Promise.all(under)).flat();
}
