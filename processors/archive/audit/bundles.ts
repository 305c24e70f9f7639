import { bundleFrom, isWhole } from '../../../shared/archive/bundle.ts';
import { linesOf } from '../../../shared/archive/lines.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import { DAY_MS } from '../../../shared/model/retention.ts';
import type { System } from '../../../shared/model/system.ts';
import type { ArchivedObject } from '../../../shared/ports/archiveStore.ts';
import type { Look } from './look.ts';

export interface AuditedBundles {
  readonly bundles: number;
  /** Of those that could be read. */
  readonly items: number;
}

/** Proves every bundle, and that none is missing that items have left for. @param now epoch milliseconds */
export async function auditBundles(
  look: Look,
  system: System,
  objects: AsyncIterable<ArchivedObject>,
  leftFor: ReadonlyMap<string, number>,
  now: number,
): Promise<AuditedBundles> {
  const there = new Set<string>();
  /** Copies of what items refer to, with a bundle that names each. */
  const copies = new Map<string, string>();
  let bundles = 0;
  let items = 0;
  for await (const { key } of objects) {
    if (look.aborted) break;
    const id = key.split('/').at(-2) ?? '';
    there.add(id);
    bundles++;
    items += await proveBundle(look, key, id, copies);
  }
  const lifeMs = Math.max(0, ...system.retention.map(({ lifeDays }) => lifeDays)) * DAY_MS;
  if (look.aborted) return { bundles, items };
  for (const [id, at] of leftFor)
    if (!there.has(id) && at + lifeMs > now) look.find('BUNDLE_MISSING', `v1/bundles/…/${id}/`, 'is not there');
  await findCopies(look, copies);
  return { bundles, items };
}

/** Whether all are there: what they hold was proven by S3's own checksum when they were made. */
async function findCopies(look: Look, copies: ReadonlyMap<string, string>): Promise<void> {
  for (const [copy, bundle] of copies) {
    let found = false;
    for await (const { key } of look.archive.list(copy)) found ||= key === copy;
    if (!found) look.find('COPY_MISSING', copy, `is not there; named by ${bundle}`);
  }
}

/** Returns how many items it has. @param copies takes those that it names */
async function proveBundle(look: Look, key: string, id: string, copies: Map<string, string>): Promise<number> {
  const content = await look.readNamed(key, 'OBJECT_DAMAGED');
  if (content === undefined) return 0;
  try {
    const bundle = bundleFrom(key, linesOf(content));
    if (!isWhole(bundle) || bundle.header.bundle !== id)
      look.find('OBJECT_DAMAGED', key, 'does not hold the items that its id vouches for');
    for (const { copy } of bundle.objects) copies.set(copy, key);
    return bundle.items.length;
  } catch (error) {
    if (!isAfterwriteError(error, 'ARCHIVE_BROKEN')) throw error;
    look.find('OBJECT_DAMAGED', key, 'is not made as a bundle is');
    return 0;
  }
}
