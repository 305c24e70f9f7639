import type { Envelope } from '../../events/envelope.ts';
import type { Hours } from '../../shared/archive/history.ts';
import type { Key } from '../../shared/model/keys.ts';
import { DAY_MS } from '../../shared/model/retention.ts';
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

/** So far may the clock of who writes be ahead of the stream's: an event does not happen later than it was written. */
const CLOCK_AHEAD_MS = DAY_MS;

/**
 * Hours of stream time in which selected events may lie. What happened long ago may have been written at any time since, so
 * `to` bounds none.
 */
export const hoursOf = ({ from }: Selection): Hours =>
  from === undefined ? {} : { from: Date.parse(from) - CLOCK_AHEAD_MS };

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
