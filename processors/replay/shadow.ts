import { readFromNothing } from '../../shared/archive/journal.ts';
import type { Attributes } from '../../shared/model/attribute.ts';
import { type Drift, driftOf } from '../../shared/model/drift.ts';
import { keyId } from '../../shared/model/keys.ts';
import type { Names } from '../../shared/model/names.ts';
import { Recomputation } from '../../shared/model/recompute.ts';
import { storedGroups } from '../../shared/model/storedGroups.ts';
import type { System } from '../../shared/model/system.ts';
import type { ArchiveStore } from '../../shared/ports/archiveStore.ts';
import type { StateStore } from '../../shared/ports/stateStore.ts';
import type { TableStore } from '../../shared/ports/tableStore.ts';
import { firstParked } from '../../shared/state/parked.ts';
import { keyOf } from '../../shared/stream/change.ts';
import { isAfter } from '../../shared/stream/sequence.ts';
import { soundStep } from '../../shared/stream/soundStep.ts';

export interface Shadow {
  readonly changes: number;
  readonly aggregates: number;
  readonly drifts: Drift[];
}

/** Replays the whole journal into a shadow of the statistics, and holds it against the live ones. The table's items are not read. */
export async function compareShadow(
  system: System,
  names: Names,
  ports: { archive: ArchiveStore; state: StateStore; table: Pick<TableStore, 'scan'> },
  onChange?: (changes: number) => void,
): Promise<Shadow> {
  const shadow = new Recomputation(system);
  const gates = await firstParked(ports.state, 'statistics');
  let changes = 0;
  for await (const change of readFromNothing(system, names, ports.archive)) {
    changes++;
    onChange?.(changes);
    const { source } = change;
    const gate = gates.get(keyId(change.key));
    if (!source || source.derived || (gate && !isAfter(gate.position.sequence, change.position.sequence))) continue;
    const step = soundStep(system, change);
    if (step) shadow.apply(source, step.removed, step.added);
  }
  const stored = new Map<string, Attributes>();
  for await (const item of ports.table.scan()) {
    const key = keyOf(system.table, item);
    if (system.sourceOf(key)?.derived) stored.set(keyId(key), item);
  }
  const live = storedGroups(system, stored);
  return { changes, aggregates: live.size, drifts: driftOf(system.table, shadow.finish(), live) };
}
