import * as z from 'zod';
import { timestamp } from '../shared/model/time.ts';

const text = z.string().min(1);
/** One that a later release may extend is no enum: to readers of today a new member would be malformed. */
const CAUSES =
  "What changed the item: write, delete (a user's), ttl, ttl-inferred, archived, restored. There may be more.";

/** `metadata` as subscribers may rely on it; it grows by optional members alone. */
const metadataSchema = z.object({
  id: text.describe(
    'The same for every publication of this event, and for all versions that tell it: drop what you have seen.',
  ),
  type: text,
  version: z.number().int().min(1),
  dataSchema: text.describe('Names the schema of data.'),
  time: timestamp().describe("When it happened, by the item's own account, else by the stream: ISO 8601, UTC."),
  subject: text.describe("The item's key, PK/SK."),
  partitionKey: text.describe('Events of one partition key are published in order.'),
  sequence: text.describe(
    'Sequence number of the change: a whole number of up to 40 digits. Of two events of one partition key the greater is the later one.',
  ),
  correlationId: text.describe('What the event belongs to, across events; the subject where nothing else is declared.'),
  causationId: text.describe('The change that asked for it: the id of the stream record.'),
  traceparent: text.optional().describe('W3C trace context of the write, where the item carries one.'),
  actor: text.optional().describe('Who wrote, where the item says so.'),
  tenant: text.optional().describe('Whose it is, where the system has tenants.'),
  claim: z
    .object({
      bucket: text,
      key: text,
      bytes: z.number().int().min(0).describe('Of the data as JSON.'),
      sha256: text.describe('Hex, of the data as JSON, UTF-8.'),
    })
    .optional()
    .describe('Where the data is, that was too large for the bus: then data is null.'),
  origin: z.object({ stage: text, table: text, cause: text.describe(CAUSES), streamEventId: text }),
  replay: z
    .object({ id: text })
    .optional()
    .describe('Only on a replayed event: whoever drops what was seen goes by id and replay id.'),
});

/** The detail of an event of one type and version. */
export const envelopeSchema = (type: string, version: number, dataSchema: string, data: z.ZodType) =>
  z.object({
    metadata: metadataSchema.extend({
      type: z.literal(type),
      version: z.literal(version),
      dataSchema: z.literal(dataSchema).describe('Names the schema of data.'),
    }),
    data: data.nullable().describe('null where metadata.claim says where it is.'),
  });
