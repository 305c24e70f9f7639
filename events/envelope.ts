import type { Cause } from '../shared/model/event.ts';

/** What afterwrite says about an event, beside its data. */
interface Metadata {
  /** The same for every publication of this event, in all versions of its type: subscribers drop ids that they have seen. */
  readonly id: string;
  readonly type: string;
  readonly version: number;
  /** Names the schema of `data`. */
  readonly dataSchema: string;
  /** When it happened, by the item's own account, else by the stream: ISO 8601, UTC. */
  readonly time: string;
  /** The item's key. */
  readonly subject: string;
  /** Events of one partition key are published in order. */
  readonly partitionKey: string;
  /** Sequence number of the change in its shard. */
  readonly sequence: string;
  readonly correlationId: string;
  readonly causationId: string;
  /** W3C trace context of the write, where the item carries one. https://www.w3.org/TR/trace-context/ */
  readonly traceparent?: string;
  /** Who wrote, where the item says so. */
  readonly actor?: string;
  /** Whose it is, where the system has tenants. */
  readonly tenant?: string;
  /** Where the data is, that was too large for the bus: then `data` is null. */
  readonly claim?: Claim;
  readonly origin: {
    readonly stage: string;
    readonly table: string;
    readonly cause: Cause;
    readonly streamEventId: string;
  };
  /** Only on a replayed event: subscribers that dedupe use id and replay id. */
  readonly replay?: { readonly id: string };
}

/** A claim check: data kept in S3 under a key made from its content. */
interface Claim {
  readonly bucket: string;
  readonly key: string;
  /** Of the data as JSON, before any compression. */
  readonly bytes: number;
  /** Hex, of the data as JSON, UTF-8. */
  readonly sha256: string;
}

/** The detail of an EventBridge event. */
export interface Envelope {
  readonly metadata: Metadata;
  readonly data: unknown;
}

/** What was published once: an event in one of its versions, which all have one id. */
export const publicationId = ({ metadata }: Envelope): string => `${metadata.id}.${metadata.version}`;

/** EventBridge's `source` of a system's events. */
export const sourceName = (system: string): string => `afterwrite.${system}`;
