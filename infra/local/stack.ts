import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../shared/aws/clients.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { type Log, silentLog } from '../../shared/ports/log.ts';
import { type LocalDynamo, startDynamo } from './dynamodb.ts';
import { startEventBridge } from './eventbridge/endpoint.ts';
import type { LocalFunction } from './eventbridge/senders/functions.ts';
import { startS3 } from './s3/server.ts';

export interface StackOptions {
  /** Folder of its data; absent: all in memory. */
  readonly home?: string | undefined;
  /** Folder of buckets and logs alone, with the tables in memory. */
  readonly filesHome?: string | undefined;
  /** Endpoints that are given: their part is not started. */
  readonly given: Connection['endpoints'];
  readonly clock: Clock;
  readonly region: string;
  /** First of three ports: DynamoDB, S3, EventBridge. Absent: free ones. */
  readonly port?: number | undefined;
  /** Where rules of the embedded bus find queues; absent: there are none. */
  readonly sqsEndpoint?: string | undefined;
  /** What stands for Lambda functions where rules of the embedded bus target them. */
  readonly functions?: ReadonlyMap<string, LocalFunction> | undefined;
  /** Told of events that the embedded bus could not deliver. */
  readonly log?: Log | undefined;
}

export interface Stack {
  readonly endpoints: Connection['endpoints'];
  readonly dynamoPid: number | undefined;
  /** Whether the tables are ours to sweep for expired items. */
  readonly ownsTables: boolean;
  /** Events that the embedded bus wrote to a log group, one JSON text each; undefined where the bus is not ours. */
  delivered(logGroup: string): readonly string[] | undefined;
  stop(): Promise<void>;
}

/** Starts what is not given: DynamoDB Local with its streams, the S3 endpoint, the EventBridge endpoint. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { given, clock, region, home } = options;
  const files = options.filesHome ?? home;
  if (files !== undefined) mkdirSync(files, { recursive: true });
  const running: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((part) => part.stop()));
  };
  const port = (offset: number): { port?: number } =>
    options.port === undefined ? {} : { port: options.port + offset };
  const place = files === undefined ? {} : { dir: files };
  try {
    let dynamo: LocalDynamo | undefined;
    if (given.dynamodb === undefined) {
      dynamo = await startDynamo({ dir: home && join(home, 'dynamodb'), ...port(0) });
      running.push(dynamo);
    }
    const s3 = given.s3 === undefined ? await startS3({ ...place, clock, region, ...port(1) }) : undefined;
    if (s3) running.push(s3);
    const { sqsEndpoint, functions, log = silentLog } = options;
    const bus = { ...place, clock, region, ...port(2), sqsEndpoint, functions, log };
    const events = given.events === undefined ? await startEventBridge(bus) : undefined;
    if (events) running.push(events);
    const endpoints = {
      dynamodb: given.dynamodb ?? dynamo?.url,
      streams: given.streams ?? given.dynamodb ?? dynamo?.url,
      s3: given.s3 ?? s3?.url,
      events: given.events ?? events?.url,
      // Who has the functions calls them.
      lambda: given.lambda ?? events?.url,
    };
    return {
      endpoints: Object.fromEntries(Object.entries(endpoints).filter(([, url]) => url !== undefined)),
      dynamoPid: dynamo?.pid,
      ownsTables: dynamo !== undefined,
      delivered: (logGroup) => events?.log(logGroup),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
