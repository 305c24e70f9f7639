import { drain } from '../../../processors/fanout/drain.ts';
import { verify } from '../../../processors/statistics/verify.ts';
import { DRIFT, PARKED } from '../../../shared/model/metricNames.ts';
import { listSpills } from '../../../shared/state/spill.ts';
import { noteEnds } from '../../../shared/stream/noteEnds.ts';
import { spillGauges } from '../../pipeline/draining.ts';
import { publishingOf } from '../../pipeline/publishing.ts';
import { READERS } from '../../pipeline/readers.ts';
import { countUnknownGroups, sweepOnce } from '../../pipeline/sweeping.ts';
import { parkedStatus } from '../../views/lag.ts';
import type { Task } from './scheduledHandler.ts';

const FANOUT = { processor: 'fanout' };

const PROCESSORS = Object.values(READERS).flat();

/** Takes out what is due, counts groups with an unknown measure anew, and notes which shards the mappings have done. */
export const sweeping: Task = {
  async work({ place, options }, signal) {
    options.metrics.gauge('swept', await sweepOnce(place, options, signal), {});
    if (!signal.aborted) await countUnknownGroups(place, options, signal);
    if (!signal.aborted) await noteEnds({ ...place, ...options, source: await place.stream() }, PROCESSORS);
  },
};

/** Publishes what was spilled while the bus was out, in order. Tells what waits: for the bus, and for a person. */
export const draining: Task = {
  async tell({ place, options: { clock, metrics } }) {
    const waiting = spillGauges(await listSpills(place.state), clock.now());
    for (const [name, value] of waiting) metrics.gauge(name, value, FANOUT);
    metrics.gauge(PARKED, (await parkedStatus(place)).length, {});
  },
  async work({ place, options }, signal) {
    const { published } = await drain(publishingOf(place, options, await place.stream()).drainer, signal);
    options.metrics.gauge('drained', published, FANOUT);
  },
};

/** Recounts all statistics, and tells how many differ. One that was cut short tells nothing. */
export const verifying: Task = {
  async work({ place, options: { clock, pause, metrics, log } }, signal) {
    const { drifts, unjudged } = await verify(place, { clock, pause, signal });
    if (signal.aborted) return log.warn({}, 'the time was over before all statistics were recounted');
    metrics.gauge(DRIFT, drifts.length, {});
    metrics.gauge('unjudged', unjudged, {});
    for (const { key, statistic } of drifts)
      log.error({ key, statistic }, "differs from a recount: 'afterwrite verify'");
  },
};
