import { isWhole, readBundle } from '../../../shared/archive/bundle.ts';
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
  let bundles = 0;
  let items = 0;
  for await (const { key } of objects) {
    if (look.aborted) break;
    const id = key.split('/').at(-2) ?? '';
    there.add(id);
    bundles++;
    items += await proveBundle(look, key, id);
  }
  const lifeMs = Math.max(0, ...system.retention.map(({ lifeDays }) => lifeDays)) * DAY_MS;
  if (look.aborted) return { bundles, items };
  for (const [id, at] of leftFor)
    if (!there.has(id) && at + lifeMs > now) look.find('BUNDLE_MISSING', `v1/bundles/…/${id}/`, 'is not there');
  return { bundles, items };
}

/** Returns its items. */
async function proveBundle(look: Look, key: string, id: string): Promise<number> {
  if ((await look.readNamed(key, 'OBJECT_DAMAGED')) === undefined) return 0;
  try {
    const bundle = await readBundle(look.archive, key);
    if (!isWhole(bundle) || bundle.header.bundle !== id)
      look.find('OBJECT_DAMAGED', key, 'does not hold the items that its id vouches for');
    return bundle.lines.length;
  } catch (error) {
    if (!isAfterwriteError(error, 'ARCHIVE_BROKEN')) throw error;
    look.find('OBJECT_DAMAGED', key, 'does not begin as a bundle does');
    return 0;
  }
}
