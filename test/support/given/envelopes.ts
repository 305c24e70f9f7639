import { z } from 'zod';
import type { Envelope } from '../../../events/envelope.ts';

type Metadata = Envelope['metadata'];

/** An envelope of the reviewer's, as it is published. */
export function envelopeOf(data: unknown, fields: Partial<Metadata> = {}): Envelope {
  const { type = 'ReviewFailed', version: of = 1, subject = 'REVIEW#r1 / VERSION#1' } = fields;
  return {
    metadata: {
      id: 'e1',
      type,
      version: of,
      dataSchema: `afterwrite/reviewer/${type}/${of}`,
      time: '2026-02-01T10:00:00.000Z',
      subject,
      partitionKey: subject,
      sequence: '100',
      correlationId: 'REVIEW#r1',
      causationId: 'event-100',
      origin: { stage: 'test', table: 'reviews-test', cause: 'write', streamEventId: 'event-100' },
      ...fields,
    },
    data,
  };
}

/** As EventBridge hands it to a target. */
export const busEvent = (envelope: Envelope, source = 'afterwrite.reviewer'): object => ({
  version: '0',
  id: 'bus-1',
  'detail-type': envelope.metadata.type,
  source,
  account: '000000000000',
  time: '2026-02-01T10:00:00Z',
  region: 'us-east-1',
  resources: [],
  detail: envelope,
});

export const sqsRecord = (messageId: string, body: string, group?: string): object => ({
  messageId,
  body,
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:failures${group === undefined ? '' : '.fifo'}`,
  attributes: { ...(group !== undefined && { MessageGroupId: group }) },
});

/** An event of one number. */
export const noted = (version = 1) => ({ type: 'Noted' as const, version, schema: z.object({ n: z.number() }) });

/** What a subscriber knows of a system: its name, and one event. */
export const notes = { name: 'reviewer', events: [noted()] };

export const noteOf = (n: number, fields: Partial<Metadata> = {}): Envelope =>
  envelopeOf({ n }, { type: 'Noted', ...fields });
