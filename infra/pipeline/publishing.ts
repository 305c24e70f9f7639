import type { Drainer } from '../../processors/fanout/drain.ts';
import { asksForEvents, fanoutProcessor } from '../../processors/fanout/handler.ts';
import { spillingProcessor } from '../../processors/fanout/spilling.ts';
import { watchedBus } from '../../processors/fanout/watchedBus.ts';
import { spillPlace } from '../../shared/archive/spilled.ts';
import { passes } from '../../shared/model/errors.ts';
import type { EventBus } from '../../shared/ports/eventBus.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { StreamSource } from '../../shared/ports/streamSource.ts';
import { Ancestry } from '../../shared/stream/ancestry.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import type { PipelineOptions } from './options.ts';
import type { Workplace } from './workplace.ts';

/** Both ways to the bus: what a reader publishes or spills, and what drains that. */
export interface Publishing {
  readonly fanout: Processor;
  readonly drainer: Drainer;
}

/** Throws BUS_MISSING. A bus that is down for now stops nobody: its events wait for it. */
export async function lookForBus(bus: EventBus, log: Log): Promise<void> {
  try {
    await bus.describe();
  } catch (error) {
    if (!passes(error)) throw error;
    log.warn({ bus: bus.name, code: error.code }, `the bus is not to be reached: ${error.message}; ${error.mend}`);
  }
}

export function publishingOf(
  place: Workplace,
  { clock, newId, log }: Pick<PipelineOptions, 'clock' | 'newId' | 'log'>,
  source: StreamSource,
): Publishing {
  const { system, names, state, archive, claims } = place;
  const origin = { stage: names.stage, table: names.table };
  const inner = fanoutProcessor(system, origin, { bus: watchedBus(place.bus, clock), claims, state, log });
  const spill = { state, archive, log, place: spillPlace(system, names), ancestry: new Ancestry(source) };
  return {
    fanout: spillingProcessor(inner, asksForEvents(system, origin, claims), { ...spill, clock, newId }),
    drainer: { ...spill, system, inner },
  };
}
