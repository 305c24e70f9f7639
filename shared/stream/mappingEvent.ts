import type { Attributes } from '../model/attribute.ts';
import { revive } from '../model/attributeJson.ts';
import { AfterwriteError } from '../model/errors.ts';
import { isByTtl, type StreamRecord } from './record.ts';

/**
 * What an event source mapping with a tumbling window hands to a function of a DynamoDB stream. Images are DynamoDB's
 * JSON, binary values base64.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export interface MappingEvent {
  readonly Records?: readonly MappingRecord[];
  readonly shardId?: string;
  readonly eventSourceARN?: string;
  readonly state?: object;
  readonly isFinalInvokeForWindow?: boolean;
  readonly window?: { readonly start: string; readonly end: string };
}

export interface MappingRecord {
  readonly eventID: string;
  readonly eventSourceARN?: string;
  readonly userIdentity?: { readonly type?: string; readonly principalId?: string } | null;
  readonly dynamodb: {
    /** Epoch seconds. */
    readonly ApproximateCreationDateTime?: number;
    readonly Keys?: object;
    readonly OldImage?: object;
    readonly NewImage?: object;
    readonly SequenceNumber: string;
  };
}

/**
 * The answer to an invocation: `state` is what the window carries on, and carries nothing; the mapping goes on with the
 * lowest sequence number among the failures, and all is done where there are none.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export interface MappingAnswer {
  readonly state: Record<string, never>;
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/** Records of one shard, in order: at least one. */
export interface Delivery {
  /** The stream's ARN. */
  readonly stream: string;
  readonly shard: string;
  readonly records: readonly StreamRecord[];
}

/**
 * Undefined where there is nothing to do: a window ended, or held nothing. A last invocation may hold records as any other.
 * Throws EVENT_UNREADABLE where the mapping has no tumbling window, which alone tells the shard.
 */
export function deliveryOf({ Records = [], shardId, eventSourceARN }: MappingEvent): Delivery | undefined {
  const [first] = Records;
  if (!first) return undefined;
  const stream = eventSourceARN ?? first.eventSourceARN;
  if (!shardId || !stream)
    throw new AfterwriteError('EVENT_UNREADABLE', `the event does not name its ${stream ? 'shard' : 'stream'}`, {
      mend: 'set TumblingWindowInSeconds on the event source mapping of the stream: by a window alone Lambda tells the shard',
    });
  return { stream, shard: shardId, records: Records.map(recordOf) };
}

/** The name of the table that a stream is of, by its ARN: `arn:…:table/<name>/stream/<label>`. */
export const tableOfStream = (stream: string): string | undefined => stream.split('/')[1];

/** @param failed the first sequence number that is not done; undefined: all is. */
export const answerOf = (failed: string | undefined): MappingAnswer => ({
  state: {},
  batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }],
});

function recordOf({ eventID, dynamodb, userIdentity }: MappingRecord): StreamRecord {
  const { ApproximateCreationDateTime: at = 0, SequenceNumber: sequence, Keys, OldImage, NewImage } = dynamodb;
  return {
    eventId: eventID,
    sequence,
    at: at * 1000,
    keys: imageOf(Keys) ?? {},
    old: imageOf(OldImage),
    new: imageOf(NewImage),
    byTtl: isByTtl(userIdentity?.type, userIdentity?.principalId),
  };
}

const imageOf = (image: object | undefined): Attributes | undefined => image && (revive(image) as Attributes);
