import { createHash } from 'node:crypto';
import type { Entity } from '../shared/model/entity.ts';
import { AfterwriteError, CORRECT_WRITER, calling } from '../shared/model/errors.ts';
import type { EventRule } from '../shared/model/event.ts';
import { keyText, partitionOf } from '../shared/model/keys.ts';
import type { System } from '../shared/model/system.ts';
import { nameOfTable } from '../shared/model/tables.ts';
import { isoUtc, isTime } from '../shared/model/time.ts';
import type { Change } from '../shared/stream/change.ts';
import type { Envelope } from './envelope.ts';
import { traceparentOf } from './traceContext.ts';

export interface Origin {
  readonly stage: string;
  readonly table: string;
}

/** What an event is told by: a change, or as much of one as an example needs. */
export type Happening = Pick<Change, 'source' | 'key' | 'cause' | 'old' | 'new' | 'eventId' | 'at'> & {
  readonly position: Pick<Change['position'], 'sequence'>;
};

/**
 * The events that a change asks for. Pure, and shared by fan-out, archive and replay: the same change gives the same
 * envelopes with the same ids wherever and however often it is read. What was there when afterwrite was attached is no
 * happening. Throws ITEM_MALFORMED.
 */
export function deriveEvents(system: System, origin: Origin, change: Change): Envelope[] {
  if (change.source === undefined || change.markOnly || change.silent || change.cause === 'snapshot') return [];
  return system
    .eventsOf(change.source)
    .flatMap((rule) =>
      calling(partOf(change, rule, 'when'), () => rule.hits(change)).map((hit, ordinal) =>
        derived(system, origin, change, rule, hit, ordinal),
      ),
    );
}

const partOf =
  ({ key }: Change, { type }: EventRule, part: string) =>
  (): string =>
    `${keyText(key)}: '${part}' of ${type}`;

function derived(
  system: System,
  origin: Origin,
  change: Change,
  rule: EventRule,
  hit: unknown,
  ordinal: number,
): Envelope {
  const data = rule.schema.safeParse(calling(partOf(change, rule, 'data'), () => rule.data(change, hit)));
  if (!data.success)
    throw new AfterwriteError(
      'ITEM_MALFORMED',
      `${keyText(change.key)} gives no valid ${rule.type}: ${data.error.issues.map((i) => i.path.join('.')).join(', ')}`,
      {
        mend: 'correct the declaration of the event; the change is parked, and waits for redrive',
      },
    );
  return { metadata: metadataOf(system, origin, change, rule, ordinal), data: data.data };
}

/** The item's own time where it says one, else the stream's. Throws ITEM_MALFORMED: no bus takes what is no moment. */
function momentOf(subject: string, told: string | undefined, at: number): string {
  if (told === undefined) return isoUtc(at);
  const ms = Date.parse(told);
  if (isTime(ms)) return isoUtc(ms);
  throw new AfterwriteError('ITEM_MALFORMED', `the time of ${subject} is no moment`, {
    mend: CORRECT_WRITER,
  });
}

export function metadataOf(
  system: Pick<System, 'name' | 'tenant' | 'table'>,
  origin: Origin,
  { source, key, cause, old, new: now, eventId, at, position }: Happening,
  rule: Pick<EventRule, 'type' | 'version'>,
  ordinal: number,
): Envelope['metadata'] {
  const subject = keyText(key);
  const item = now ?? old;
  const entity = source?.derived === false ? source : undefined;
  const isWrite = cause === 'write' && !(entity?.immutable && old !== undefined);
  const tenant = system.tenant?.of(key);
  const table = nameOfTable(system.table, key, origin.stage) ?? origin.table;
  return {
    id: idOf(table, eventId, rule.type, ordinal),
    type: rule.type,
    version: rule.version,
    dataSchema: `afterwrite/${system.name}/${rule.type}/${rule.version}`,
    time: momentOf(subject, entity?.time(item), at),
    subject,
    partitionKey: partitionOf(key),
    sequence: position.sequence,
    correlationId: entity?.correlate(item) ?? subject,
    causationId: eventId,
    ...(entity && told(entity, item, isWrite)),
    ...(tenant !== undefined && { tenant }),
    origin: { ...origin, table, cause, streamEventId: eventId },
  };
}

/**
 * What the item tells beside. Who wrote it, and in which trace, is told of a write alone: what a delete, an expiry or a
 * change of an immutable item leaves behind names somebody else.
 */
function told(entity: Entity<unknown>, item: unknown, isWrite: boolean): Partial<Envelope['metadata']> {
  const traceparent = isWrite ? traceparentOf(entity.trace(item)) : undefined;
  const actor = isWrite ? entity.actor(item) : undefined;
  const tenant = entity.tenant(item);
  return { ...(traceparent && { traceparent }), ...(actor && { actor }), ...(tenant && { tenant }) };
}

/** A hash of what makes an event this event and no other. All versions of a type tell it under this one id. */
const idOf = (table: string, streamEvent: string, type: string, ordinal: number): string =>
  createHash('sha256')
    .update(JSON.stringify([table, streamEvent, type, ordinal]))
    .digest('hex')
    .slice(0, 32);
