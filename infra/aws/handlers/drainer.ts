import { drain } from '../../../processors/fanout/drain.ts';
import { listSpills } from '../../../shared/state/spill.ts';
import { spillGauges } from '../../pipeline/draining.ts';
import { publishingOf } from '../../pipeline/publishing.ts';
import { scheduledHandler } from '../functions/scheduledHandler.ts';

/** Publishes what was spilled while the bus was out, in order; tells how much waits, and for how long. */
export const handler = scheduledHandler(async ({ place, options }, signal) => {
  const { metrics, clock } = options;
  const waiting = spillGauges(await listSpills(place.state), clock.now());
  for (const [name, value] of waiting) metrics.gauge(name, value, { processor: 'fanout' });
  const { published } = await drain(publishingOf(place, options, await place.stream()).drainer, signal);
  metrics.gauge('drained', published, { processor: 'fanout' });
});
