import { settleGroups } from '../../processors/archive/lingering.ts';
import { sweep } from '../../processors/archive/sweep.ts';
import { countUnknown } from '../../processors/statistics/rebuild.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { stageTime } from '../../shared/state/fedClock.ts';
import type { PipelineOptions } from './options.ts';
import type { Workplace } from './workplace.ts';

/** How many items left the table, how many deadlines passed, how many groups are gone for good, and how many of all wait. */
export async function sweepOnce(
  place: Workplace,
  { clock, log }: Pick<PipelineOptions, 'clock' | 'log'>,
  signal: AbortSignal,
): Promise<number> {
  const { now } = await stageTime(place.state, clock);
  const { items, passed, waiting } = await sweep({ ...place, log }, now, signal);
  const groups = await settleGroups({ ...place, log }, clock.now(), signal);
  return items + passed + waiting + groups.settled + groups.waiting;
}

/** How many groups were counted anew, for a measure of theirs was unknown. What prevents it is told, and stops nobody. */
export async function countUnknownGroups(
  place: Workplace,
  { clock, pause, log }: Pick<PipelineOptions, 'clock' | 'pause' | 'log'>,
  signal: AbortSignal,
): Promise<number> {
  try {
    return await countUnknown(place, { clock, pause, log, signal });
  } catch (error) {
    if (!isAfterwriteError(error) || error.retry) throw error;
    log.error({ code: error.code }, `groups with an unknown measure stay so: ${error.message}; ${error.mend}`);
    return 0;
  }
}
