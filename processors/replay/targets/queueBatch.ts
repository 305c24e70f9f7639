import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Envelope, publicationId } from '../../../events/envelope.ts';

/** A message as Lambda gives it to a function that reads a queue. */
export interface QueueRecord {
  readonly id: string;
  readonly group: string;
  readonly json: string;
  /** For people. */
  readonly about: string;
}

/** No queue of anybody's: its name says that it keeps order. */
const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:afterwrite-replay.fifo';

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function recordOf(envelope: Envelope): QueueRecord {
  const { id, type, partitionKey, sequence, time } = envelope.metadata;
  const messageId = publicationId(envelope);
  const body = JSON.stringify(envelope);
  const sent = String(Date.parse(time));
  const record = {
    messageId,
    receiptHandle: messageId,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: sent,
      ApproximateFirstReceiveTimestamp: sent,
      SenderId: 'afterwrite',
      SequenceNumber: sequence,
      MessageGroupId: partitionKey,
      MessageDeduplicationId: messageId,
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: QUEUE_ARN,
    awsRegion: 'us-east-1',
  };
  return { id: messageId, group: partitionKey, json: JSON.stringify(record), about: `${type} ${id}` };
}

const Answer = z.looseObject({ batchItemFailures: z.array(z.unknown()).nullish() });
const Failure = z.looseObject({ itemIdentifier: z.string() });

/**
 * What of a batch is to come again: what the answer names, and what is behind it in its group; all of it where it names
 * what was not sent; nothing where it is no such answer.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function behindFailures(batch: readonly QueueRecord[], answer: unknown): readonly QueueRecord[] {
  const parsed = Answer.safeParse(answer);
  const named = parsed.success ? (parsed.data.batchItemFailures ?? []) : [];
  const sent = new Set(batch.map(({ id }) => id));
  const failed = new Set<string>();
  for (const failure of named) {
    const one = Failure.safeParse(failure);
    if (!one.success || !sent.has(one.data.itemIdentifier)) return batch;
    failed.add(one.data.itemIdentifier);
  }
  const closed = new Set<string>();
  return batch.filter(({ id, group }) => {
    if (failed.has(id)) closed.add(group);
    return closed.has(group);
  });
}
