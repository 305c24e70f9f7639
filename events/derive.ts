import { createHash } from 'node:crypto';
import { AfterwriteError } from '../shared/model/errors.ts';
import type { EventRule } from '../shared/model/event.ts';
import { keyText } from '../shared/model/keys.ts';
import type { System } from '../shared/model/system.ts';
import { isoUtc } from '../shared/model/time.ts';
import type { Change } from '../shared/stream/change.ts';
import type { Envelope } from './envelope.ts';

export interface Origin {
  readonly stage: string;
  readonly table: string;
}

/**
 * The events that a change asks for. Pure, and shared by fan-out, archive and replay: the same change gives the same
 * envelopes with the same ids wherever and however often it is read. Throws ITEM_MALFORMED.
 */
export function deriveEvents(system: System, origin: Origin, change: Change): Envelope[] {
  if (change.source === undefined || change.markOnly || change.silent) return [];
  return system
    .eventsOf(change.source)
    .flatMap((rule) => rule.hits(change).map((hit, ordinal) => envelope(system, origin, change, rule, hit, ordinal)));
}

function envelope(
  system: System,
  origin: Origin,
  change: Change,
  rule: EventRule,
  hit: unknown,
  ordinal: number,
): Envelope {
  const subject = keyText(change.key);
  const data = rule.schema.safeParse(rule.data(change, hit));
  if (!data.success)
    throw new AfterwriteError(
      'ITEM_MALFORMED',
      `${subject} gives no valid ${rule.type}: ${data.error.issues.map((i) => i.path.join('.')).join(', ')}`,
      {
        mend: 'correct the declaration of the event; the change is parked, and waits for redrive',
      },
    );
  const item = change.new ?? change.old;
  const entity = change.source?.derived === false ? change.source : undefined;
  return {
    metadata: {
      id: eventId(origin.table, change.eventId, rule.type, ordinal),
      type: rule.type,
      version: rule.version,
      dataSchema: `afterwrite/${system.name}/${rule.type}/${rule.version}`,
      time: entity?.time(item) ?? isoUtc(change.at),
      subject,
      partitionKey: subject,
      sequence: change.position.sequence,
      correlationId: entity?.correlate(item) ?? subject,
      causationId: change.eventId,
      origin: { ...origin, cause: change.cause, streamEventId: change.eventId },
    },
    data: data.data,
  };
}

/** A hash of what makes an event this event and no other. */
const eventId = (table: string, streamEvent: string, type: string, ordinal: number): string =>
  createHash('sha256')
    .update(JSON.stringify([table, streamEvent, type, ordinal]))
    .digest('hex')
    .slice(0, 32);
