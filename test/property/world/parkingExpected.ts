import { deriveEvents } from '../../../events/derive.ts';
import type { Envelope } from '../../../events/envelope.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { type Drift, driftOf } from '../../../shared/model/drift.ts';
import { isAfterwriteError } from '../../../shared/model/errors.ts';
import { keyId } from '../../../shared/model/keys.ts';
import { Recomputation } from '../../../shared/model/recompute.ts';
import { storedGroups } from '../../../shared/model/storedGroups.ts';
import { firstParked } from '../../../shared/state/parked.ts';
import { decodeChange, decodeItem, keyOf } from '../../../shared/stream/change.ts';
import { departed } from '../../../shared/stream/counted.ts';
import { isAfter } from '../../../shared/stream/sequence.ts';
import type { World } from './world.ts';

/**
 * Where the stored aggregates differ from a recomputation over the table and what left it. A parked item counts as it
 * was before what waits; what is malformed counts for nothing.
 */
export async function driftsBesideParked({ system, table, state }: World): Promise<Drift[]> {
  const gates = await firstParked(state, 'statistics');
  const recomputation = new Recomputation(system);
  const stored = new Map<string, Attributes>();
  for await (const attributes of table.scan()) {
    const key = keyOf(system.table, attributes);
    const source = system.sourceOf(key);
    if (source?.derived) stored.set(keyId(key), attributes);
    else if (source && !gates.has(keyId(key)))
      unlessMalformed(() => recomputation.apply(source, undefined, decodeItem(system, source, key, attributes)));
  }
  for (const { record } of gates.values()) {
    const change = decodeChange(system, record, 'stream', 'any');
    const { source } = change;
    if (source) unlessMalformed(() => recomputation.apply(source, undefined, change.old));
  }
  for (const record of table.stream.records) {
    const change = decodeChange(system, record, 'stream', 'any');
    const gate = gates.get(keyId(change.key));
    const { source } = change;
    if (!source || (gate && !isAfter(gate.position.sequence, record.sequence))) continue;
    unlessMalformed(() => {
      const step = departed(change);
      if (step) recomputation.apply(source, step.removed, step.added);
    });
  }
  return driftOf(system.table, recomputation.finish(), storedGroups(system, stored));
}

/** The events that all changes ask for that do not wait, in order. */
export async function eventsBesideParked({ system, table, state, origin }: World): Promise<Envelope[]> {
  const gates = await firstParked(state, 'fanout');
  return table.stream.records.flatMap((record) => {
    const change = decodeChange(system, record, table.stream.name, 'any');
    const gate = gates.get(keyId(change.key));
    if (gate && !isAfter(gate.position.sequence, record.sequence)) return [];
    return unlessMalformed(() => deriveEvents(system, origin, change)) ?? [];
  });
}

function unlessMalformed<Result>(compute: () => Result): Result | undefined {
  try {
    return compute();
  } catch (error) {
    if (isAfterwriteError(error, 'ITEM_MALFORMED')) return undefined;
    throw error;
  }
}
