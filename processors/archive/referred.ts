import type { BundledObject } from '../../shared/archive/bundle.ts';
import { datasetPrefix, objectCopyKey, partOf } from '../../shared/archive/layout.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import type { Entity } from '../../shared/model/entity.ts';
import { AfterwriteError, isAfterwriteError, thrownBy } from '../../shared/model/errors.ts';
import { type Key, keyId, keyText } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import type { ObjectRef } from '../../shared/model/objectRef.ts';
import type { System } from '../../shared/model/system.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { ReferredObjects } from '../../shared/ports/referredObjects.ts';
import { decodeItem, keyOf } from '../../shared/stream/change.ts';

export interface ReferredContext {
  readonly system: System;
  readonly names: Names;
  /** Absent: nothing that refers to objects leaves. */
  readonly objects?: ReferredObjects;
  readonly log: Log;
}

/** What became of the objects that items refer to. */
export interface Referred {
  /** Copied, each proven. */
  readonly copied: readonly BundledObject[];
  /** Items, by `keyId`, of whose objects not all could be copied. */
  readonly kept: ReadonlySet<string>;
}

/**
 * Copies what items refer to into the archive, before they leave. An item whose object is not to be had is told and kept; it
 * stops no other. Throws what passes.
 */
export async function copyReferred(context: ReferredContext, items: readonly Attributes[]): Promise<Referred> {
  const copied: BundledObject[] = [];
  const kept = new Set<string>();
  for (const item of items) {
    const key = keyOf(context.system.table, item);
    try {
      copied.push(...(await copyOne(context, key, item)));
    } catch (error) {
      if (!isAfterwriteError(error) || error.retry) throw error;
      kept.add(keyId(key));
      context.log.error(
        { key: keyText(key), code: error.code },
        `stays in the table, for what it refers to is not archived: ${error.message}; ${error.mend}`,
      );
    }
  }
  return { copied, kept };
}

async function copyOne({ system, names, objects }: ReferredContext, key: Key, item: Attributes) {
  const source = system.sourceOf(key);
  if (!source || source.derived || !source.refersTo) return [];
  const copies: BundledObject[] = [];
  for (const ref of refsOf(system, source, key, item)) {
    if (!objects)
      throw new AfterwriteError('SERVICE_REFUSED', `nothing here copies what ${keyText(key)} refers to`, {
        mend: 'run the sweeper with a client of S3',
      });
    const prefix = datasetPrefix(system, names, 'objects', { tenant: partOf(system, key) });
    copies.push({ item: key, ...ref, ...(await objects.copy(ref, (etag) => objectCopyKey(prefix, ref, etag))) });
  }
  return copies;
}

/** Throws ITEM_MALFORMED: nobody knows what it refers to. */
function refsOf(system: System, source: Entity<unknown>, key: Key, item: Attributes): ObjectRef[] {
  const decoded = decodeItem(system, source, key, item);
  try {
    return (source.refersTo?.(decoded) ?? []).map(({ bucket, key: name, versionId }) => ({
      bucket,
      key: name,
      ...(versionId !== undefined && { versionId }),
    }));
  } catch (error) {
    throw thrownBy(
      `entities.${source.name}.refersTo`,
      error,
      'mend the function: what it throws on stays in the table',
    );
  }
}
