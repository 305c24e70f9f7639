import { type Dataset, partOf } from '../../shared/archive/layout.ts';
import { listDataset } from '../../shared/archive/listing.ts';
import type { journalShelves, Shelf } from '../../shared/archive/shelf.ts';
import { partitionOf } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchivedObject, ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { Selection } from '../../shared/state/replays.ts';
import { keysNamed } from './select.ts';

/** Where a selection can have anything. */
export interface Scope {
  /** Undefined: of all items. */
  readonly items: string[] | undefined;
  /** Those of its tenants, as they are now: tenants come while a replay waits. */
  shelves(of: typeof journalShelves): Promise<Shelf[]>;
  /** What lies in a dataset of theirs. */
  list(dataset: Dataset): AsyncIterable<ArchivedObject>;
}

export function scopeOf(
  system: System,
  names: Names,
  archive: ArchiveStore,
  { key, tenant }: Pick<Selection, 'key' | 'tenant'>,
): Scope {
  const keys = key === undefined ? undefined : keysNamed(system, key);
  const tenants = keys && new Set(keys.map((one) => partOf(system, one)));
  const owners = keys && system.tenant && [...new Set(keys.map((one) => system.tenant?.of(one) ?? ''))];
  return {
    items: keys?.map(partitionOf),
    shelves: async (of) =>
      (await of(system, names, archive, { tenant })).filter((shelf) => tenants?.has(shelf.tenant) ?? true),
    async *list(dataset) {
      for (const owner of owners ?? [tenant])
        if (tenant === undefined || owner === tenant) yield* listDataset(system, names, archive, dataset, owner);
    },
  };
}
