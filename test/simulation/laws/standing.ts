import type { Attributes } from '../../../shared/model/attribute.ts';
import { attributesToJson } from '../../../shared/model/attributeJson.ts';
import type { Key } from '../../../shared/model/keys.ts';
import { keyId } from '../../../shared/model/keys.ts';
import type { System } from '../../../shared/model/system.ts';
import { decodeChange, keyOf } from '../../../shared/stream/change.ts';
import { withoutMark } from '../../../shared/stream/mark.ts';
import type { StreamRecord } from '../../../shared/stream/record.ts';

/** An item that counts. */
export interface Standing {
  readonly key: Key;
  readonly image: Attributes;
}

/**
 * The items that count, by walking through the history: those in the table, and those that left it other than by a
 * user's delete. @param gates key id to the sequence number from which on an item's changes are parked
 */
export function standing(
  system: System,
  records: readonly StreamRecord[],
  gates: ReadonlyMap<string, string>,
): Standing[] {
  const present = new Map<string, Standing>();
  const departed: Standing[] = [];
  for (const record of records) {
    const key = keyOf(system.table, record.keys);
    const id = keyId(key);
    const gate = gates.get(id);
    if (system.sourceOf(key)?.derived !== false || (gate !== undefined && BigInt(record.sequence) >= BigInt(gate)))
      continue;
    const { cause } = decodeChange(system, record, 'stream', 'any');
    if (record.new) {
      present.set(id, { key, image: record.new });
      if (cause === 'restored') takeBack(departed, id, record.new);
      continue;
    }
    present.delete(id);
    if (cause !== 'delete' && record.old) departed.push({ key, image: record.old });
  }
  return [...present.values(), ...departed];
}

function takeBack(departed: Standing[], id: string, image: Attributes): void {
  const text = attributesToJson(withoutMark(image));
  const place = departed.findLastIndex(
    (one) => keyId(one.key) === id && attributesToJson(withoutMark(one.image)) === text,
  );
  if (place >= 0) departed.splice(place, 1);
}
