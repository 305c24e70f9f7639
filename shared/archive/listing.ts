import type { Names } from '../model/names.ts';
import type { System } from '../model/system.ts';
import type { ArchivedObject, ArchiveStore } from '../ports/archiveStore.ts';
import { type Dataset, datasetRoot, tenantPart } from './layout.ts';

/** Their kinds stand before the tenant. */
const OF_KINDS: readonly Dataset[] = ['segments', 'manifests', 'bundles'];

/**
 * Every object of a dataset; of a tenant, where one is asked for, nothing else is listed. A system without tenants has all of
 * them in one place.
 * @param tenant its name, the empty text for what belongs to none; absent: all
 */
export async function* listDataset(
  system: System,
  names: Names,
  archive: ArchiveStore,
  dataset: Dataset,
  tenant?: string,
): AsyncIterable<ArchivedObject> {
  const root = datasetRoot(system, names, dataset);
  if (!system.tenant || tenant === undefined) return yield* archive.list(root);
  const below = `${tenantPart(tenant)}/`;
  if (!OF_KINDS.includes(dataset)) return yield* archive.list(`${root}${below}`);
  // Also of collections that are declared no more.
  for await (const kind of archive.prefixes(root)) yield* archive.list(`${kind}${below}`);
}
