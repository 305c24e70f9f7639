import { countUnknownGroups, sweepOnce } from '../../pipeline/sweeping.ts';
import { parkedStatus } from '../../views/lag.ts';
import { scheduledHandler } from '../functions/scheduledHandler.ts';

/** Takes out what is due, counts groups with an unknown measure anew, and tells how many items are parked. */
export const handler = scheduledHandler(async ({ place, options }, signal) => {
  const parked = await parkedStatus(place);
  options.metrics.gauge('parked', parked.length, {});
  options.metrics.gauge('swept', await sweepOnce(place, options, signal), {});
  if (!signal.aborted) await countUnknownGroups(place, options, signal);
});
