import { type Envelope, publicationId } from '../../../events/envelope.ts';
import type { Outgoing } from '../../../events/pack.ts';
import type { BusEntry, EventBus } from '../../../shared/ports/eventBus.ts';
import type { MessageQueue, QueueMessage } from '../../../shared/ports/messageQueue.ts';
import type { ReplayTarget } from '../target.ts';
import { PUBLISHED_AT_ONCE, type Publishing, publishAll } from './publishing.ts';

/** A message is an envelope as JSON, as a rule's target has it that takes `$.detail`. */
export function queueTarget({ queue, ...publishing }: Publishing & { readonly queue: MessageQueue }): ReplayTarget {
  return {
    name: `queue ${queue.name}`,
    portion: PUBLISHED_AT_ONCE,
    check: () => queue.describe(),
    open: () => queue.describe(),
    async send(envelopes) {
      await publishAll(envelopes, publishing, (outgoing) => asBus(queue, outgoing));
      return undefined;
    },
    close: async () => {},
  };
}

/** A queue takes what a bus takes, in calls of the same limits: packing, order and retries are the same. */
function asBus(queue: MessageQueue, outgoing: readonly Outgoing[]): EventBus {
  const messages = new Map<BusEntry, QueueMessage>(outgoing.map(({ entry, envelope }) => [entry, messageOf(envelope)]));
  return {
    name: queue.name,
    describe: () => queue.describe(),
    put: (entries) => queue.send(entries.map((entry) => messages.get(entry) as QueueMessage)),
  };
}

/**
 * SQS takes neither U+FFFE nor U+FFFF, stand-ins nothing beyond them; in JSON each has another spelling.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const spelled = (json: string): string =>
  json.replace(/[\uD800-\uDFFF\uFFFE\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);

const messageOf = (envelope: Envelope): QueueMessage => ({
  body: spelled(JSON.stringify(envelope)),
  group: envelope.metadata.partitionKey,
  dedup: `${publicationId(envelope)} ${envelope.metadata.replay?.id ?? ''}`,
});
