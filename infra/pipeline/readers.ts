import { archiveProcessor } from '../../processors/archive/handler.ts';
import type { Drainer } from '../../processors/fanout/drain.ts';
import { statisticsProcessor } from '../../processors/statistics/handler.ts';
import type { StreamSource } from '../../shared/ports/streamSource.ts';
import type { Activity } from '../../shared/stream/activity.ts';
import type { Leases } from '../../shared/stream/leases.ts';
import { Lineage } from '../../shared/stream/lineage.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import type { ReaderContext } from '../../shared/stream/readerContext.ts';
import type { PipelineOptions } from './options.ts';
import { lookForBus, publishingOf } from './publishing.ts';
import type { Workplace } from './workplace.ts';

/** Processors by reader: two readers a stream, never a third. */
export const READERS = { live: ['statistics', 'fanout'], archive: ['archive'] } as const;

export const POLL_MS = 200;
const BATCH = 2_000;
const ARCHIVE_BATCH = 4_000;
const ARCHIVE_WAIT_MS = 1_000;
const LIVE_WAIT_MS = 250;

/** What each reader of a system works with, and who publishes what they spill. Throws BUS_MISSING, TABLE_MISSING, TABLE_NOT_OURS. */
export async function readersOf(
  place: Workplace,
  options: PipelineOptions,
  shared: { readonly activity: Activity; readonly leases: Leases },
): Promise<{ readers: ReaderContext[]; drainer: Drainer }> {
  const { system, state, bus } = place;
  const { clock, pause, random, log, metrics, pollMs = POLL_MS } = options;
  const source = await place.stream();
  await lookForBus(bus, log);
  const common = { ...shared, system, source, state, clock, pause, random, log, metrics, pollMs };
  const { processors, drainer } = liveProcessors(place, options, source);
  const readers = [
    {
      ...common,
      name: 'live',
      processors,
      batch: { changes: BATCH, waitMs: options.liveWaitMs ?? LIVE_WAIT_MS },
    },
    {
      ...common,
      name: 'archive',
      processors: archiveProcessors(place),
      batch: { changes: ARCHIVE_BATCH, waitMs: options.archiveWaitMs ?? ARCHIVE_WAIT_MS },
    },
  ];
  return { readers, drainer };
}

/** Of reader 'live', and who publishes what they spill. */
export function liveProcessors(
  place: Workplace,
  options: Pick<PipelineOptions, 'clock' | 'newId' | 'log'>,
  source: StreamSource,
): { processors: Processor[]; drainer: Drainer } {
  const { system, table, state } = place;
  const { fanout, drainer } = publishingOf(place, options, source);
  const ports = { table, state, log: options.log, lineage: new Lineage(source) };
  return { processors: [statisticsProcessor(system, ports), fanout], drainer };
}

export const archiveProcessors = ({ system, names, archive, state }: Workplace): Processor[] => [
  archiveProcessor(system, names, { archive, state }),
];
