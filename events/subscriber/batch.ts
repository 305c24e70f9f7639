import pMap from 'p-map';
import * as z from 'zod';
import { compareSequence } from '../../shared/stream/sequence.ts';
import { isOver, type Opened, type Result } from './result.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const Batch = z.looseObject({
  Records: z.array(
    z.looseObject({
      messageId: z.string(),
      body: z.string(),
      eventSource: z.literal('aws:sqs'),
      eventSourceARN: z.string(),
      attributes: z.looseObject({ MessageGroupId: z.string().optional() }).optional(),
    }),
  ),
});
type SqsRecord = z.infer<typeof Batch>['Records'][number];

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
export interface SqsAnswer {
  batchItemFailures: { itemIdentifier: string }[];
}

/** The records of an SQS batch; undefined where a Lambda event is something else. */
export function sqsRecords(event: unknown): readonly SqsRecord[] | undefined {
  const batch = Batch.safeParse(event);
  return batch.success ? batch.data.Records : undefined;
}

/** Handled one after the other; lanes go beside each other. */
interface Lane {
  readonly deliveries: Delivery[];
  /** A failure holds up what comes behind it. */
  readonly strict: boolean;
}

interface Delivery {
  readonly messageId: string;
  readonly opened: Opened;
}

/** Lanes at once. */
const AT_ONCE = 10;

/**
 * Answers which messages are to come again. A message group of a FIFO queue stops at its first failure, and all behind it
 * comes again, in order. In a standard queue, the events of one item are taken in the order of their sequences, as far as
 * they came together.
 */
export async function handleBatch(
  records: readonly SqsRecord[],
  open: (body: string) => Opened,
  settle: (opened: Opened) => Promise<Result>,
): Promise<SqsAnswer> {
  const failed = new Set<string>();
  const run = async ({ deliveries, strict }: Lane): Promise<void> => {
    let stopped = false;
    for (const { messageId, opened } of deliveries) {
      if (!stopped && isOver(await settle(opened))) continue;
      failed.add(messageId);
      stopped = strict;
    }
  };
  await pMap(lanesOf(records, open), run, { concurrency: AT_ONCE });
  return {
    batchItemFailures: records
      .filter(({ messageId }) => failed.has(messageId))
      .map(({ messageId }) => ({ itemIdentifier: messageId })),
  };
}

/** By message group where the queue is FIFO (others may have groups too, for fairness), else by item. */
function lanesOf(records: readonly SqsRecord[], open: (body: string) => Opened): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const { messageId, body, eventSourceARN, attributes } of records) {
    const delivery = { messageId, opened: open(body) };
    const strict = eventSourceARN.endsWith('.fifo');
    const item = delivery.opened.envelope?.metadata.partitionKey;
    const name = strict ? `group ${attributes?.MessageGroupId}` : item === undefined ? messageId : `item ${item}`;
    const lane = lanes.get(name);
    if (lane) lane.deliveries.push(delivery);
    else lanes.set(name, { deliveries: [delivery], strict });
  }
  for (const { deliveries, strict } of lanes.values()) if (!strict) deliveries.sort(bySequence);
  return [...lanes.values()];
}

const bySequence = (a: Delivery, b: Delivery): number =>
  compareSequence(a.opened.envelope?.metadata.sequence ?? '0', b.opened.envelope?.metadata.sequence ?? '0');
