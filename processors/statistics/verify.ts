import { readJournal } from '../../shared/archive/journal.ts';
import { datasetPrefix } from '../../shared/archive/layout.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { type Drift, driftOf } from '../../shared/model/drift.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { keyId } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import { Recomputation } from '../../shared/model/recompute.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { firstParked } from '../../shared/state/parked.ts';
import { decodeChange, decodeItem, keyOf } from '../../shared/stream/change.ts';
import { departed } from '../../shared/stream/counted.ts';
import { isAfter } from '../../shared/stream/sequence.ts';

export interface Verification {
  readonly aggregates: number;
  readonly items: number;
  /** Items that left the table and count on. */
  readonly departed: number;
  readonly drifts: Drift[];
}

export interface VerifyContext {
  readonly system: System;
  readonly names: Names;
  readonly table: Pick<TableStore, 'scan'>;
  readonly state: StateStore;
  readonly archive: ArchiveStore;
}

/**
 * Recomputes every statistic from scratch, over what is in the table and what left it, and names each aggregate that
 * differs. Exact when the readers are at the end of the stream. A parked item counts as it was before its gate closed.
 */
export async function verify(context: VerifyContext): Promise<Verification> {
  const { system, names, table, state, archive } = context;
  const gates = await firstParked(state, 'statistics');
  const recomputation = new Recomputation(system);
  const stored = new Map<string, { statistic: string; item: Attributes }>();
  let items = 0;
  for await (const attributes of table.scan()) {
    const key = keyOf(system.table, attributes);
    const source = system.sourceOf(key);
    if (source?.derived) stored.set(keyId(key), { statistic: source.name, item: attributes });
    else if (source && !gates.has(keyId(key))) {
      items++;
      count(() => recomputation.apply(source, undefined, decodeItem(source, key, attributes)));
    }
  }
  for (const gate of gates.values()) {
    const before = decodeChange(system, gate.record, gate.position.stream, gate.position.shard);
    const { source } = before;
    if (source && !source.derived) count(() => recomputation.apply(source, undefined, before.old));
  }
  let left = 0;
  for await (const change of readJournal(system, archive, datasetPrefix(system, names, 'journal'))) {
    const { source } = change;
    const gate = gates.get(keyId(change.key));
    if (!source || (gate && !isAfter(gate.position.sequence, change.position.sequence))) continue;
    count(() => {
      const step = departed(change);
      if (!step) return;
      recomputation.apply(source, step.removed, step.added);
      left += step.added === undefined ? -1 : 1;
    });
  }
  return {
    aggregates: stored.size,
    items,
    departed: left,
    drifts: driftOf(system.table, recomputation.finish(), stored),
  };
}

/** A malformed item counts for nothing, here as in the stream. */
function count(apply: () => void): void {
  try {
    apply();
  } catch (error) {
    if (!isAfterwriteError(error, 'ITEM_MALFORMED')) throw error;
  }
}
