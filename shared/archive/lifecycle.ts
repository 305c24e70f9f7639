import type { Names } from '../model/names.ts';
import type { StorageClass } from '../model/retention.ts';
import { payingBytes } from '../model/storageCost.ts';
import { type DatasetLife, stayOf } from '../model/storageRules.ts';
import type { System } from '../model/system.ts';
import { datasetRoot } from './layout.ts';

/**
 * What S3 does by itself, once a day, with what lies under a prefix. Days count from when an object was written. A move
 * names a size always: without one S3 moves nothing under 128 KB.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
export interface LifecycleRule {
  readonly id: string;
  readonly prefix: string;
  readonly move?: { readonly storageClass: StorageClass; readonly afterDays: number; readonly largerThan: number };
  readonly expireDays?: number;
  /** Versions that were hidden for so long go, once no lock holds them, and then what hid them. */
  readonly hiddenDays?: number;
}

/** Of all datasets. */
const ALL = 'v1/';
/** A locked bucket keeps what is removed as hidden versions: none is needed. */
const HIDDEN_DAYS = 1;

/** Rules of ours on a bucket start so; others are somebody else's. */
export const RULE_PREFIX = 'afterwrite-';

/**
 * The rules that a system's declared lives come to. Manifests have none: they stay in Standard, and outlive what they name.
 * Loose objects only expire; bundles are written into their class when they are proven.
 */
export function lifecycleRules(system: System, names: Names): LifecycleRule[] {
  const { claims, spill, prices } = system.archive;
  const rules: LifecycleRule[] = [];
  const expire = (id: string, prefix: string, { lifeDays }: Pick<DatasetLife, 'lifeDays'>): void => {
    if (lifeDays !== undefined) rules.push({ id: `${RULE_PREFIX}${id}-end`, prefix, expireDays: lifeDays });
  };
  for (const dataset of ['journal', 'events'] as const) {
    const life = system.archive[dataset];
    const prefix = datasetRoot(system, names, 'segments', dataset);
    const stay = stayOf(life);
    const paying = stay && payingBytes(stay, prices);
    if (stay && paying !== undefined) {
      const { storageClass, afterDays } = stay;
      const move = { storageClass, afterDays, largerThan: paying - 1 };
      rules.push({ id: `${RULE_PREFIX}${dataset}-segments-move`, prefix, move });
    }
    expire(`${dataset}-segments`, prefix, life);
    expire(dataset, datasetRoot(system, names, dataset), life);
  }
  for (const collection of system.retention)
    expire(`bundles-${collection.name}`, datasetRoot(system, names, 'bundles', collection.name), collection);
  expire('objects', datasetRoot(system, names, 'objects'), longestOf(system));
  expire('claims', datasetRoot(system, names, 'claims'), claims);
  expire('spill', datasetRoot(system, names, 'spill'), spill);
  if (system.archive.lock) rules.push({ id: `${RULE_PREFIX}hidden-end`, prefix: ALL, hiddenDays: HIDDEN_DAYS });
  return rules;
}

/** Copies end with the collection that is kept longest: one may belong to several. None where no item refers to any. */
function longestOf({ entities, retention }: System): Pick<DatasetLife, 'lifeDays'> {
  if (!entities.some(({ refersTo }) => refersTo)) return {};
  return { lifeDays: Math.max(...retention.map(({ lifeDays }) => lifeDays)) };
}
