import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';

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

/** How calls are made, where the connection does not say it. */
export interface CallOptions {
  readonly maxAttempts: number;
  readonly timeouts: { readonly connectionTimeout: number; readonly requestTimeout: number };
}

/** What a client of this service is made with. */
export const clientConfig = (
  { region, endpoints, credentials, maxAttempts, requestHandler }: Connection,
  service: Service,
  options: CallOptions = { maxAttempts: MAX_ATTEMPTS, timeouts: TIMEOUTS },
) => ({
  region,
  maxAttempts: maxAttempts ?? options.maxAttempts,
  logger: QUIET,
  ...(endpoints[service] !== undefined && { endpoint: endpoints[service] }),
  ...(credentials && { credentials }),
  requestHandler: requestHandler ?? options.timeouts,
});

/** What all work with. Who sends to queues and functions makes clients for these: no bundle has them that does not. */
export function connect(connection: Connection): Clients {
  const clients = {
    dynamodb: new DynamoDBClient(clientConfig(connection, 'dynamodb')),
    streams: new DynamoDBStreamsClient(clientConfig(connection, 'streams')),
    events: new EventBridgeClient(clientConfig(connection, 'events', EVENTS)),
    s3: new S3Client({ ...clientConfig(connection, 's3'), forcePathStyle: connection.endpoints.s3 !== undefined }),
  };
  const close = (): void => {
    for (const client of Object.values(clients)) client.destroy();
  };
  return { ...clients, close };
}
