import { erase } from '../../../processors/archive/erase/erase.ts';
import { survey } from '../../../processors/archive/erase/survey.ts';
import { datasetPrefix } from '../../../shared/archive/layout.ts';
import type { ArchiveStore } from '../../../shared/ports/archiveStore.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { memoryState } from '../memory/memoryState.ts';
import { sampleNames } from './archiveSample.ts';

/** Whom the erased sample lacks: one item of the bundle, and its changes. */
export const ERASED = { pk: 'REVIEW#r/1', sk: 'VERSION#2' };

/** What an erasure leaves of the sample: manifests of version 2, and a bundle of version 3. */
export async function eraseSample(archive: ArchiveStore): Promise<void> {
  const context = { system: reviewer, names: sampleNames, archive, state: memoryState() };
  // What waited for the bus was published meanwhile.
  for await (const { key } of archive.list(datasetPrefix(reviewer, sampleNames, 'spill'))) await archive.remove(key);
  const now = Date.parse('2026-02-03T00:00:00Z');
  const found = await survey(context, { keys: [ERASED], partitions: [], fields: [] }, { now });
  await erase(context, found, { now, reason: 'asked by letter' });
}
