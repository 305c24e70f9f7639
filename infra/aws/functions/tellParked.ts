import { PARKED } from '../../../shared/model/metricNames.ts';
import { persist } from '../../../shared/stream/persist.ts';
import { parkedStatus } from '../../views/lag.ts';
import type { Opened } from './opened.ts';

const EVERY_MS = 60_000;

/** Tells each minute how many items wait for a person, as the draining function does where there is one. Ends with the signal. */
export async function tellParked({ place, options }: Opened, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await persist(options, { worker: PARKED }, signal, async () =>
      options.metrics.gauge(PARKED, (await parkedStatus(place)).length, {}),
    );
    await options.pause(EVERY_MS, signal);
  }
}
