import type { Names } from '../model/names.ts';
import { DAY_MS } from '../model/retention.ts';
import type { System } from '../model/system.ts';
import type { ArchiveStore } from '../ports/archiveStore.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import { journalPlace, journalRow } from './journalRow.ts';
import { datasetPrefix, datasetRoot, NO_TENANT, tenantPart } from './layout.ts';
import type { Manifest } from './manifest.ts';
import type { ReadRow } from './rows.ts';

/** Datasets that are written object by object, and compacted into segments. */
export type HourlyDataset = 'journal' | 'events';
export const HOURLY_DATASETS: readonly HourlyDataset[] = ['journal', 'events'];

/**
 * Where the lines of one such dataset are, of one tenant: in objects as they were written, and in segments that manifests
 * name.
 */
export interface Shelf {
  readonly archive: ArchiveStore;
  readonly dataset: HourlyDataset;
  /** As `tenantPart` gives it. */
  readonly tenant: string;
  /** Prefixes. */
  readonly objects: string;
  readonly segments: string;
  readonly manifests: string;
  readonly read: ReadRow;
  /** The same row without its value. */
  readonly place: ReadRow;
  /** Whether the declared life of what was written then (epoch milliseconds) is over: where it is missing, that is no hole. */
  isOver(writtenAt: number): boolean;
}

export interface ShelfOptions {
  /** Absent: the machine's. */
  readonly clock?: Clock | undefined;
  /** As `tenantPart` gives it; absent: none. */
  readonly tenant?: string;
}

export function shelfOf(
  system: System,
  names: Names,
  archive: ArchiveStore,
  dataset: HourlyDataset,
  { read, place }: Pick<Shelf, 'read' | 'place'>,
  { clock = systemClock, tenant = NO_TENANT }: ShelfOptions = {},
): Shelf {
  const { lifeDays } = system.archive[dataset];
  return {
    archive,
    dataset,
    tenant,
    objects: datasetPrefix(system, names, dataset, { tenant }),
    segments: datasetPrefix(system, names, 'segments', { tenant, kind: dataset }),
    manifests: datasetPrefix(system, names, 'manifests', { tenant, kind: dataset }),
    read,
    place,
    isOver: (writtenAt) => lifeDays !== undefined && writtenAt + lifeDays * DAY_MS <= clock.now(),
  };
}

export const journalShelf = (system: System, names: Names, archive: ArchiveStore, options?: ShelfOptions): Shelf =>
  shelfOf(system, names, archive, 'journal', { read: journalRow(system), place: journalPlace(system) }, options);

/** Whose shelves are meant. */
export interface ShelvesOptions {
  readonly clock?: Clock | undefined;
  /** A tenant's name, the empty text for what belongs to none; absent: all. A system without tenants has one shelf in any case. */
  readonly tenant?: string | undefined;
  /** Of all tenants, only those that have loose objects: the others have nothing to compact. */
  readonly loose?: boolean;
}

/** The journal's, one a tenant. */
export const journalShelves = (
  system: System,
  names: Names,
  archive: ArchiveStore,
  options: ShelvesOptions = {},
): Promise<Shelf[]> => shelvesWith(journalShelf, 'journal', system, names, archive, options);

/** One a tenant that the dataset has anything of: three lists, or one of loose objects, where the system has tenants. */
export async function shelvesWith(
  open: typeof journalShelf,
  dataset: HourlyDataset,
  system: System,
  names: Names,
  archive: ArchiveStore,
  { clock, tenant, loose = false }: ShelvesOptions,
): Promise<Shelf[]> {
  const isOne = system.tenant !== undefined && tenant !== undefined;
  const tenants = isOne ? [tenantPart(tenant)] : await tenantsIn(system, names, archive, dataset, loose);
  return tenants.map((one) => open(system, names, archive, { clock, tenant: one }));
}

/** In the order of keys: of those who are compacted to the last line, and of those who never were. */
async function tenantsIn(
  system: System,
  names: Names,
  archive: ArchiveStore,
  dataset: HourlyDataset,
  loose: boolean,
): Promise<string[]> {
  if (!system.tenant) return [NO_TENANT];
  const found = new Set<string>();
  const compacted = (['manifests', 'segments'] as const).map((one) => datasetRoot(system, names, one, dataset));
  for (const root of [datasetRoot(system, names, dataset), ...(loose ? [] : compacted)])
    for await (const prefix of archive.prefixes(root)) found.add(prefix.slice(root.length, -1));
  return [...found].sort();
}

/** Objects whose lines are in segments: they count no more, whether they are still there or not. */
export const coveredBy = (manifests: readonly Manifest[]): Set<string> =>
  new Set(manifests.flatMap(({ covers }) => covers));
