import pMap from 'p-map';
import type { Origin } from '../../events/derive.ts';
import { datasetPrefix, hourlyKey } from '../../shared/archive/layout.ts';
import { writeProven } from '../../shared/archive/lines.ts';
import type { HourlyDataset } from '../../shared/archive/shelf.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import { saveDue } from '../../shared/state/due.ts';
import { saveExpired } from '../../shared/state/expired.ts';
import { countRecords } from '../../shared/state/recordCounts.ts';
import { forgetMisdated, noteMisdated } from '../../shared/state/ttlUnits.ts';
import { countUnmatched } from '../../shared/state/unmatched.ts';
import type { Change } from '../../shared/stream/change.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import type { Hour } from './hours.ts';
import { planArchive } from './plan.ts';

export interface ArchivePorts {
  readonly archive: ArchiveStore;
  readonly state: StateStore;
}

/** One or two as a rule; where a system has tenants, many small ones. */
const OBJECTS_AT_ONCE = 16;

/** Writes every change into the journal and every envelope into events, proven, notes what will be due, and counts what was read. */
export function archiveProcessor(system: System, names: Names, { archive, state }: ArchivePorts): Processor {
  return {
    name: 'archive',
    async process(changes) {
      const plan = planArchive(system, originOf(names), changes);
      await write(system, names, archive, 'journal', plan);
      await write(system, names, archive, 'events', plan);
      await saveDue(state, plan.due);
      for (const { collection, ...expired } of plan.expired) await saveExpired(state, collection, [expired]);
      await countUnmatched(state, plan.unmatched);
      await noteMisdated(state, plan.misdated);
      await forgetMisdated(state, plan.corrected);
      await countRecords(state, changes);
    },
  };
}

/**
 * What changes ask for that were malformed when they were archived, and are redriven: due entries, and their envelopes. Those
 * archived before count once.
 */
export async function archiveRedriven(
  system: System,
  names: Names,
  { archive, state }: ArchivePorts,
  changes: readonly Change[],
): Promise<void> {
  const plan = planArchive(system, originOf(names), changes);
  await saveDue(state, plan.due);
  await write(system, names, archive, 'events', plan);
}

/**
 * What was in the table before afterwrite was there. Due entries first: what the journal has, no further attempt looks at.
 */
export async function archiveSnapshot(
  system: System,
  names: Names,
  { archive, state }: ArchivePorts,
  changes: readonly Change[],
): Promise<void> {
  const plan = planArchive(system, originOf(names), changes);
  await saveDue(state, plan.due);
  await noteMisdated(state, plan.misdated);
  await write(system, names, archive, 'journal', plan);
}

const originOf = ({ stage, table }: Names): Origin => ({ stage, table });

/** An object for each tenant and hour that the changes are of: two requests each. */
async function write(
  system: System,
  names: Names,
  archive: ArchiveStore,
  dataset: HourlyDataset,
  plan: Readonly<Record<HourlyDataset, readonly Hour[]>>,
): Promise<void> {
  await pMap(
    plan[dataset],
    ({ tenant, hour, first, last, lines }) => {
      const prefix = datasetPrefix(system, names, dataset, { tenant });
      return writeProven(archive, lines, (hash) => hourlyKey(prefix, hour, first, last, hash));
    },
    { concurrency: OBJECTS_AT_ONCE },
  );
}
