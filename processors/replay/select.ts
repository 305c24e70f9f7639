import type { Envelope } from '../../events/envelope.ts';
import type { Key } from '../../shared/model/keys.ts';
import type { System } from '../../shared/model/system.ts';
import type { Selection } from '../../shared/state/replays.ts';

/** Whether an archived envelope is part of the selection. Absent members select everything. */
export function selects(system: System, selection: Selection): (envelope: Envelope) => boolean {
  const from = selection.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(selection.from);
  const to = selection.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(selection.to);
  const isType = typesOf(system, selection);
  const isOfAnyTime = selection.from === undefined && selection.to === undefined;
  const isInTime = (time: number): boolean => time >= from && time < to;
  return ({ metadata }) => {
    if (!isOfAnyTime && !isInTime(Date.parse(metadata.time))) return false;
    if (selection.key !== undefined && metadata.subject !== selection.key) return false;
    if (selection.tenant !== undefined && (metadata.tenant ?? '') !== selection.tenant) return false;
    return isType(metadata.type);
  };
}

/** Whether events of a type can be part of the selection. */
export function typesOf(system: System, { entity, types }: Selection): (type: string) => boolean {
  const ofEntity = new Set(system.events.filter((rule) => rule.of.name === entity).map((rule) => rule.type));
  return (type) => (types?.includes(type) ?? true) && (entity === undefined || ofEntity.has(type));
}

/** The keys that a text may mean: partition and sort key may hold slashes themselves. */
export function keysNamed(system: System, key: string): Key[] {
  if (system.table.sortKey === undefined) return [{ pk: key }];
  const parts = key.split('/');
  return parts.slice(1).map((_, i) => ({ pk: parts.slice(0, i + 1).join('/'), sk: parts.slice(i + 1).join('/') }));
}
