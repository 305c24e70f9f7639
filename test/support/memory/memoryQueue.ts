import type { BusOutcome } from '../../../shared/ports/eventBus.ts';
import type { MessageQueue, QueueMessage } from '../../../shared/ports/messageQueue.ts';

/** A FIFO queue without an end of its memory; where it stutters, so many messages fail in passing. */
export class MemoryQueue implements MessageQueue {
  readonly name = 'queue';
  readonly taken: QueueMessage[] = [];
  readonly calls: (readonly QueueMessage[])[] = [];
  stutters = 0;
  readonly #seen = new Set<string>();

  async describe(): Promise<void> {}

  async send(messages: readonly QueueMessage[]): Promise<BusOutcome[]> {
    this.calls.push(messages);
    return messages.map((message) => this.#take(message));
  }

  #take(message: QueueMessage): BusOutcome {
    if (this.stutters > 0) {
      this.stutters--;
      return { ok: false, code: 'InternalError', message: 'in passing', retry: true };
    }
    if (/[\uD800-\uDFFF\uFFFE\uFFFF]/.test(message.body))
      return { ok: false, code: 'InvalidMessageContents', message: 'a character', retry: false };
    if (!this.#seen.has(message.dedup)) this.taken.push(message);
    this.#seen.add(message.dedup);
    return { ok: true };
  }
}
