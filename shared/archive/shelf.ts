import type { Names } from '../model/names.ts';
import { DAY_MS } from '../model/retention.ts';
import type { System } from '../model/system.ts';
import type { ArchiveStore } from '../ports/archiveStore.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import { datasetPrefix } from './layout.ts';
import type { Manifest } from './manifest.ts';
import { journalRow, type ReadRow } from './rows.ts';

/** Datasets that are written object by object, and compacted into segments. */
export type HourlyDataset = 'journal' | 'events';
export const HOURLY_DATASETS: readonly HourlyDataset[] = ['journal', 'events'];

/** Where the lines of one such dataset are: in objects as they were written, and in segments that manifests name. */
export interface Shelf {
  readonly archive: ArchiveStore;
  readonly dataset: HourlyDataset;
  /** Prefixes. */
  readonly objects: string;
  readonly segments: string;
  readonly manifests: string;
  readonly read: ReadRow;
  /** Whether the declared life of what was written then (epoch milliseconds) is over: where it is missing, that is no hole. */
  isOver(writtenAt: number): boolean;
}

/** Where the segments of one dataset lie. */
export const segmentsPrefix = (system: System, names: Names, dataset: HourlyDataset): string =>
  `${datasetPrefix(system, names, 'segments')}${dataset}/`;

export function shelfOf(
  system: System,
  names: Names,
  archive: ArchiveStore,
  dataset: HourlyDataset,
  read: ReadRow,
  clock: Clock = systemClock,
): Shelf {
  const { lifeDays } = system.archive[dataset];
  return {
    archive,
    dataset,
    objects: datasetPrefix(system, names, dataset),
    segments: segmentsPrefix(system, names, dataset),
    manifests: `${datasetPrefix(system, names, 'manifests')}${dataset}/`,
    read,
    isOver: (writtenAt) => lifeDays !== undefined && writtenAt + lifeDays * DAY_MS <= clock.now(),
  };
}

export const journalShelf = (system: System, names: Names, archive: ArchiveStore, clock?: Clock): Shelf =>
  shelfOf(system, names, archive, 'journal', journalRow(system), clock);

/** Objects whose lines are in segments: they count no more, whether they are still there or not. */
export const coveredBy = (manifests: readonly Manifest[]): Set<string> =>
  new Set(manifests.flatMap(({ covers }) => covers));
