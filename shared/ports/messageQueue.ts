import type { BusOutcome } from './eventBus.ts';

export interface QueueMessage {
  readonly body: string;
  /** Messages of one group come in order, where the queue keeps order. */
  readonly group: string;
  /** A message that comes again within minutes with the same one is dropped, where the queue does that. */
  readonly dedup: string;
}

export interface MessageQueue {
  readonly name: string;
  /** Throws QUEUE_MISSING. */
  describe(): Promise<void>;
  /** One call: at most ten messages of different groups, 1 MB in all. An outcome a message, in order. */
  send(messages: readonly QueueMessage[]): Promise<BusOutcome[]>;
}
