import type { Envelope } from '../../events/envelope.ts';
import type { System } from '../../shared/model/system.ts';

/** Which part of history. Absent members select everything. */
export interface Selection {
  /** Inclusive, ISO 8601, by the event's own time. */
  readonly from?: string;
  /** Exclusive. */
  readonly to?: string;
  readonly entity?: string;
  readonly types?: readonly string[];
}

/** Whether an archived envelope is part of the selection. */
export function selects(system: System, selection: Selection): (envelope: Envelope) => boolean {
  const from = selection.from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(selection.from);
  const to = selection.to === undefined ? Number.POSITIVE_INFINITY : Date.parse(selection.to);
  const ofEntity = new Set(system.events.filter((rule) => rule.of.name === selection.entity).map((rule) => rule.type));
  return ({ metadata }) => {
    const time = Date.parse(metadata.time);
    if (time < from || time >= to) return false;
    if (selection.types && !selection.types.includes(metadata.type)) return false;
    return selection.entity === undefined || ofEntity.has(metadata.type);
  };
}
