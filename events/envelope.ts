import type { Cause } from '../shared/model/event.ts';

/** What afterwrite says about an event, beside its data. */
interface Metadata {
  /** The same for every publication of this event: subscribers drop ids that they have seen. */
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
  readonly origin: {
    readonly stage: string;
    readonly table: string;
    readonly cause: Cause;
    readonly streamEventId: string;
  };
  /** Only on a replayed event: subscribers that dedupe use id and replay id. */
  readonly replay?: { readonly id: string };
}

/** The detail of an EventBridge event. */
export interface Envelope {
  readonly metadata: Metadata;
  readonly data: unknown;
}

/** EventBridge's `source` of a system's events. */
export const sourceName = (system: string): string => `afterwrite.${system}`;
