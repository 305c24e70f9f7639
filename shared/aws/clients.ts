import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

type Service = 'dynamodb' | 'streams' | 'events' | 's3' | 'sqs' | 'lambda';

/** Where the services are. An endpoint that is absent means AWS's own. */
export interface Connection {
  readonly region: string;
  readonly endpoints: Readonly<Partial<Record<Service, string>>>;
  /** Absent: the SDK's default chain. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Tries of one call, the SDK's own retries included. */
  readonly maxAttempts?: number;
  /** A request handler of the SDK in place of its own: tests put faults here. */
  readonly requestHandler?: RequestHandler;
}

type ClientConfig = NonNullable<ConstructorParameters<typeof DynamoDBClient>[0]>;
type RequestHandler = ClientConfig['requestHandler'];
type Logger = NonNullable<ClientConfig['logger']>;

export interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly events: EventBridgeClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  close(): void;
}

const MAX_ATTEMPTS = 6;
/** Without its level info, the SDK does not walk through every request and answer to make a log line that nobody reads. */
const nothing = (): void => {};
const QUIET = { trace: nothing, debug: nothing, warn: nothing, error: nothing } as unknown as Logger;
/** Milliseconds. A store that takes the connection and never answers is tried again, not waited for. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 60_000 };

/** Who publishes tries again by itself, and spills what the bus does not take: it must know soon. */
const EVENTS = { maxAttempts: 2, timeouts: { connectionTimeout: 2_000, requestTimeout: 10_000 } };

/**
 * A function may take 15 minutes, and one that is late is still at work: the client does not call it a second time.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
 */
const LAMBDA = { maxAttempts: 1, timeouts: { connectionTimeout: 5_000, requestTimeout: 910_000 } };

export function connect(connection: Connection): Clients {
  const common = (service: Service) => ({
    region: connection.region,
    maxAttempts: connection.maxAttempts ?? MAX_ATTEMPTS,
    logger: QUIET,
    ...(connection.endpoints[service] !== undefined && { endpoint: connection.endpoints[service] }),
    ...(connection.credentials && { credentials: connection.credentials }),
    requestHandler: connection.requestHandler ?? TIMEOUTS,
  });
  const clients = {
    dynamodb: new DynamoDBClient(common('dynamodb')),
    streams: new DynamoDBStreamsClient(common('streams')),
    events: new EventBridgeClient({
      ...common('events'),
      maxAttempts: connection.maxAttempts ?? EVENTS.maxAttempts,
      requestHandler: connection.requestHandler ?? EVENTS.timeouts,
    }),
    s3: new S3Client({ ...common('s3'), forcePathStyle: connection.endpoints.s3 !== undefined }),
    sqs: new SQSClient(common('sqs')),
    lambda: new LambdaClient({
      ...common('lambda'),
      maxAttempts: connection.maxAttempts ?? LAMBDA.maxAttempts,
      requestHandler: connection.requestHandler ?? LAMBDA.timeouts,
    }),
  };
  const close = (): void => {
    for (const client of Object.values(clients)) client.destroy();
  };
  return { ...clients, close };
}
