import { padSequence } from '../shared/stream/sequence.ts';
import type { Envelope } from './envelope.ts';

/**
 * A CloudEvents 1.0 event in structured JSON. Names of extensions have small letters and digits only.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  /** A URI reference. With the id it tells an event from all others. */
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** An absolute URI: the `$id` of the data's JSON Schema. */
  readonly dataschema: string;
  /** Extensions that the CloudEvents project documents. https://github.com/cloudevents/spec/tree/main/cloudevents/extensions */
  readonly partitionkey: string;
  /** With leading zeros; of the subject, not of the source. */
  readonly sequence: string;
  readonly correlationid: string;
  readonly causationid: string;
  readonly traceparent?: string;
  readonly authtype?: 'app_user';
  readonly authid?: string;
  /** Where the data is, that was too large for the bus: then `data` is absent. */
  readonly dataref?: string;
  /** Extensions of our own. */
  readonly tenant?: string;
  readonly stage: string;
  readonly cause: string;
  readonly replayid?: string;
  readonly data?: unknown;
}

/**
 * An envelope as a CloudEvent. Pure; nothing of the metadata is lost but what `dataref` stands for.
 * @param source a URI reference that names who publishes, such as `/afterwrite/reviewer/prod`
 */
export function toCloudEvent({ metadata, data }: Envelope, source: string): CloudEvent {
  const { dataSchema, traceparent, actor, tenant, claim, origin, replay } = metadata;
  return {
    specversion: '1.0',
    id: metadata.id,
    source,
    type: dataSchema.replaceAll('/', '.'),
    subject: metadata.subject,
    time: metadata.time,
    datacontenttype: 'application/json',
    dataschema: `urn:${dataSchema.replaceAll('/', ':')}`,
    partitionkey: metadata.partitionKey,
    // CloudEvents wants texts that sort as the numbers do.
    sequence: padSequence(metadata.sequence),
    correlationid: metadata.correlationId,
    causationid: metadata.causationId,
    ...(traceparent !== undefined && { traceparent }),
    ...(actor !== undefined && { authtype: 'app_user', authid: actor }),
    ...(tenant !== undefined && { tenant }),
    stage: origin.stage,
    cause: origin.cause,
    ...(replay && { replayid: replay.id }),
    ...(claim ? { dataref: `s3://${claim.bucket}/${claim.key}` } : { data }),
  };
}
