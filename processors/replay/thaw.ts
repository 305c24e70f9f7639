import pMap from 'p-map';
import { keysAhead } from '../../shared/archive/timeline.ts';
import type { RestoreTier } from '../../shared/model/storagePrices.ts';
import type { ArchivedObject, ArchiveStore } from '../../shared/ports/archiveStore.ts';
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

const CALLS_AT_ONCE = 16;
const HOUR_MS = 3_600_000;
/** Expedited takes minutes, all else hours. */
const LOOK_EVERY_MS: Record<RestoreTier, number> = { Expedited: 60_000, Standard: 600_000, Bulk: 600_000 };
/** What is readable for less is asked for again: a slow replay may come to it late. */
const READABLE_FOR_MS = 12 * HOUR_MS;

/**
 * Asks for every cold object that lies ahead, all at once, and waits until the last of them can be read: the replay is
 * `waiting` meanwhile. Who comes here again asks again, which changes nothing. False where it was stopped or cancelled.
 */
export async function thaw(ledger: Ledger, { source, clock, pause, signal, onWaiting }: Ports): Promise<boolean> {
  const { restore, position } = ledger.replay;
  const { archive } = source.shelf;
  const cold = (await coldAhead(source, position)).map(({ key }) => key);
  const ask = (key: string): Promise<boolean> => isReadable(archive, key, restore, clock);
  for (let waiting = await without(cold, ask); waiting.length > 0; waiting = await without(waiting, ask)) {
    if (signal.aborted || !(await ledger.save({ state: 'waiting' }))) return false;
    onWaiting?.(waiting.length);
    await pause(LOOK_EVERY_MS[restore.tier], signal);
  }
  return !signal.aborted && (ledger.replay.state === 'running' || ledger.save({ state: 'running' }));
}

/** What would be read and lies in a class that must be restored, whether it is restored or not. */
export async function coldAhead({ shelf, wanted }: Source, after: Replay['position']): Promise<ArchivedObject[]> {
  const ahead = new Set(await keysAhead(shelf, { ...wanted, after }));
  const cold: ArchivedObject[] = [];
  for (const prefix of [shelf.objects, shelf.segments])
    for await (const object of shelf.archive.list(prefix)) {
      const { key, storageClass } = object;
      if ((storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE') && ahead.has(key)) cold.push(object);
    }
  return cold;
}

async function isReadable(
  archive: ArchiveStore,
  key: string,
  restore: Replay['restore'],
  clock: Clock,
): Promise<boolean> {
  const found = await archive.readability(key);
  const isShort = found.state === 'restored' && found.until < clock.now() + READABLE_FOR_MS;
  if (found.state === 'cold' || isShort) await archive.restore(key, restore);
  return found.state === 'readable' || found.state === 'restored';
}

async function without(keys: readonly string[], isDone: (key: string) => Promise<boolean>): Promise<string[]> {
  const done = await pMap(keys, isDone, { concurrency: CALLS_AT_ONCE });
  return keys.filter((_, i) => !done[i]);
}
