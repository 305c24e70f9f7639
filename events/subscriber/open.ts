import * as z from 'zod';
import { type Envelope, sourceName } from '../envelope.ts';
import { unreadable } from './upcast.ts';

export type Metadata = Envelope['metadata'];

/** What a subscriber relies on; new fields may come. */
const Message = z.looseObject({
  metadata: z.looseObject({
    id: z.string().min(1),
    type: z.string().min(1),
    version: z.number().int().min(1),
    dataSchema: z.string(),
    time: z.string(),
    subject: z.string(),
    partitionKey: z.string(),
    sequence: z.string().regex(/^\d+$/),
    correlationId: z.string(),
    causationId: z.string(),
    origin: z.looseObject({ stage: z.string(), table: z.string(), cause: z.string(), streamEventId: z.string() }),
    claim: z.looseObject({ bucket: z.string(), key: z.string(), bytes: z.number(), sha256: z.string() }).optional(),
    replay: z.looseObject({ id: z.string() }).optional(),
  }),
});

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
const BusEvent = z.looseObject({ source: z.string(), 'detail-type': z.string(), detail: z.unknown() });

/**
 * The envelope in what a target receives: EventBridge's event, or its detail alone. Undefined where it is another system's,
 * or not afterwrite's at all. Throws EVENT_UNREADABLE where it can't be told, or is ours and no envelope.
 */
export function open(system: string, message: unknown): Envelope | undefined {
  const event = BusEvent.safeParse(message);
  if (event.success && event.data.source !== sourceName(system)) return undefined;
  const envelope = Message.safeParse(event.success ? event.data.detail : message);
  if (!envelope.success)
    throw unreadable(
      `no envelope of ${system}: ${[...new Set(envelope.error.issues.map(({ path }) => path.join('.')))].join(', ')}`,
      "let the rule's target have the whole event, or its detail",
    );
  return envelope.data.metadata.dataSchema.startsWith(`afterwrite/${system}/`)
    ? (envelope.data as unknown as Envelope)
    : undefined;
}
