import { shelvesOf } from '../../events/archived.ts';
import { compact } from '../../processors/archive/compact.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { DAY_MS } from '../../shared/model/retention.ts';
import { stageTime } from '../../shared/state/fedClock.ts';
import type { LeaseKeeper } from '../../shared/stream/leaseKeeper.ts';
import { persist } from '../../shared/stream/persist.ts';
import type { PipelineOptions } from './options.ts';
import type { Workplace } from './workplace.ts';

/** The lease of who compacts the archive. */
const COMPACTOR = 'compactor';

const FIRST_AFTER_MS = 60_000;
const EVERY_MS = 600_000;

type Options = Pick<PipelineOptions, 'clock' | 'pause' | 'random' | 'log'>;

/** Compacts journal and events now and then, by whichever process, beside the readers. Ends with the signal. */
export async function runCompactor(
  place: Workplace,
  options: Options,
  leases: Pick<LeaseKeeper, 'once'>,
  signal: AbortSignal,
): Promise<void> {
  await options.pause(FIRST_AFTER_MS, signal);
  while (!signal.aborted) {
    await leases.once(COMPACTOR, signal, (mine) =>
      persist(options, { worker: COMPACTOR }, mine, () => compactOnce(place, options, mine)),
    );
    await options.pause(EVERY_MS, signal);
  }
}

/** What is broken in the archive is told, and stops nobody: others are compacted, and reading and writing go on beside it. */
export async function compactOnce(
  place: Workplace,
  { clock, log }: Pick<Options, 'clock' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  const { system, names, archive, state } = place;
  const { now } = await stageTime(state, clock);
  const { segmentBytes, patienceDays } = system.archive.compaction;
  const options = { segmentBytes, patienceMs: patienceDays * DAY_MS, now, signal };
  for (const shelf of await shelvesOf(system, names, archive, { loose: true }))
    try {
      if (!signal.aborted) await compact(shelf, options);
    } catch (error) {
      if (!isAfterwriteError(error) || error.retry) throw error;
      const { dataset, tenant } = shelf;
      log.error({ code: error.code, dataset, tenant }, `is not compacted: ${error.message}; ${error.mend}`);
    }
}
