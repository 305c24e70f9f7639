import { post } from './post.ts';
import { DeliveryFailure, type Message, type SenderLookup } from './sender.ts';

const QUEUE = /^arn:aws[a-z-]*:sqs:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_-]{1,80}(?:\.fifo)?)$/;

interface Queue {
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

type Call = (operation: string, input: object, signal: AbortSignal) => Promise<unknown>;

/**
 * Sends to queues behind one endpoint, by SQS's own protocol (AWS JSON 1.0) and unsigned, as stand-ins take it: the queue
 * is looked up by name, so it may give its URLs as it likes. `timeout` in milliseconds.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export const sqsSenders =
  (endpoint: string | undefined, timeout: number): SenderLookup =>
  (arn) => {
    const [, region = '', account = '', name] = QUEUE.exec(arn) ?? [];
    if (endpoint === undefined || name === undefined) return undefined;
    const queue = { region, account, name };
    const call = caller(endpoint, queue, timeout);
    return async (message, signal) => {
      const input = { QueueName: queue.name, QueueOwnerAWSAccountId: queue.account };
      const { QueueUrl } = (await call('GetQueueUrl', input, signal)) as { QueueUrl?: string };
      await call('SendMessage', { QueueUrl, ...sendInput(message) }, signal);
    };
  };

const sendInput = ({ body, target, attributes = {} }: Message): object => {
  const named = Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
  return {
    MessageBody: body,
    MessageAttributes: Object.fromEntries(named),
    MessageGroupId: target.SqsParameters?.MessageGroupId,
  };
};

/** The signature is none; Region and account in it are what stand-ins find a queue by. */
const caller =
  (endpoint: string, { region }: Queue, timeout: number): Call =>
  async (operation, input, signal) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=afterwrite/20260101/${region}/sqs/aws4_request, SignedHeaders=host, Signature=none`,
    };
    const answer = await post({ url: endpoint, headers, body: JSON.stringify(input), signal, timeout });
    const output = (await answer.json().catch(() => ({}))) as { __type?: unknown };
    if (answer.ok) return output;
    throw refusal(operation, answer.status, String(output.__type ?? ''));
  };

const refusal = (operation: string, status: number, type: string): DeliveryFailure => {
  const message = `SQS answered ${operation} with HTTP status ${status} ${type}`.trim();
  if (/NonExistentQueue|QueueDoesNotExist/.test(type)) return new DeliveryFailure('NO_RESOURCE', message);
  if (/AccessDenied/.test(type)) return new DeliveryFailure('NO_PERMISSIONS', message);
  if (/Throttl/.test(type)) return new DeliveryFailure('THROTTLING', message);
  return new DeliveryFailure(status >= 500 ? 'ERROR_FROM_TARGET' : 'SDK_CLIENT_ERROR', message);
};
