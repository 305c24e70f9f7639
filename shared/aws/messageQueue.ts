import { GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { hashOf } from '../archive/layout.ts';
import { AfterwriteError } from '../model/errors.ts';
import type { BusOutcome } from '../ports/eventBus.ts';
import type { MessageQueue } from '../ports/messageQueue.ts';
import { type Connection, clientConfig } from './clients.ts';
import { calling, nameOf } from './errors.ts';

/** What a group's id may be. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const GROUP_ID = /^[!-~]{1,128}$/;

/** @param url a FIFO queue's ends with `.fifo` */
export function sqsQueue(connection: Connection, url: string): MessageQueue {
  const client = new SQSClient(clientConfig(connection, 'sqs'));
  const name = url.slice(url.lastIndexOf('/') + 1);
  const isFifo = url.endsWith('.fifo');
  const sending = <Result>(what: string, call: () => Promise<Result>): Promise<Result> =>
    calling(`${what} on ${name}`, call).catch((error: unknown) => {
      throw isMissing(error) ? missing(url, error) : error;
    });
  return {
    name,
    async describe() {
      const request = { QueueUrl: url, AttributeNames: ['QueueArn' as const] };
      await sending('GetQueueAttributes', () => client.send(new GetQueueAttributesCommand(request)));
    },
    async send(messages) {
      const entries = messages.map(({ body, group, dedup }, i) => ({
        Id: String(i),
        MessageBody: body,
        ...(isFifo && { MessageGroupId: groupId(group), MessageDeduplicationId: hashOf(dedup) }),
      }));
      const answer = await sending('SendMessageBatch', () =>
        client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries: entries })),
      );
      const taken = new Set(answer.Successful?.map(({ Id }) => Id));
      const failed = new Map(answer.Failed?.map((entry) => [entry.Id, entry]));
      return entries.map(({ Id }): BusOutcome => {
        if (taken.has(Id)) return { ok: true };
        const { Code = 'NoAnswer', Message = '', SenderFault = false } = failed.get(Id) ?? {};
        return { ok: false, code: Code, message: Message, retry: !SenderFault };
      });
    },
  };
}

/** A key may be longer than a group's id, and hold what it may not. */
const groupId = (group: string): string => (GROUP_ID.test(group) ? group : hashOf(group));

const isMissing = (error: unknown): boolean =>
  /QueueDoesNotExist|NonExistentQueue/.test(nameOf((error as Error).cause));

const missing = (url: string, cause: unknown): AfterwriteError =>
  new AfterwriteError('QUEUE_MISSING', `the queue ${url} does not exist`, {
    mend: "take its URL from 'aws sqs list-queues'; Region and account must be the queue's",
    cause,
  });
