import pMap from 'p-map';
import type { Origin } from '../../events/derive.ts';
import { type Dataset, datasetPrefix, hourlyKey } from '../../shared/archive/layout.ts';
import { writeProven } from '../../shared/archive/lines.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import { countUnmatched } from '../../shared/state/unmatched.ts';
import type { Processor } from '../../shared/stream/processor.ts';
import { saveDue } from './due.ts';
import { type Hour, planArchive } from './plan.ts';

export interface ArchivePorts {
  readonly archive: ArchiveStore;
  readonly state: StateStore;
}

const OBJECTS_AT_ONCE = 4;

/** Writes every change into the journal and every envelope into events, proven, and notes what will be due. */
export function archiveProcessor(system: System, names: Names, { archive, state }: ArchivePorts): Processor {
  const origin: Origin = { stage: names.stage, table: names.table };
  const write =
    (dataset: Dataset) =>
    ({ hour, first, last, lines }: Hour) =>
      writeProven(archive, lines, (hash) => hourlyKey(datasetPrefix(system, names, dataset), hour, first, last, hash));
  return {
    name: 'archive',
    async process(changes) {
      const plan = planArchive(system, origin, changes);
      await pMap(plan.journal, write('journal'), { concurrency: OBJECTS_AT_ONCE });
      await pMap(plan.events, write('events'), { concurrency: OBJECTS_AT_ONCE });
      await saveDue(state, plan.due);
      await countUnmatched(state, plan.unmatched);
    },
  };
}
