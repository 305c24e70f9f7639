import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { type Clock, systemClock } from '../../../shared/ports/clock.ts';
import { type Log, silentLog } from '../../../shared/ports/log.ts';
import { type Pause, realPause } from '../../../shared/ports/pause.ts';
import { logGroupOf } from './arn.ts';
import { type Counters, Courier } from './courier/courier.ts';
import { journalIn, NO_JOURNAL } from './courier/journal.ts';
import { type Invoke, invocations } from './invocations.ts';
import { fileLogGroups } from './logFiles.ts';
import { type LogGroups, type LogTarget, memoryLogGroups } from './logGroups.ts';
import { operationNamed } from './operations.ts';
import { answer, answerError, bodyOf, operationOf } from './protocol.ts';
import { registryOf, snapshotOf } from './registry.ts';
import { functionSenders, type LocalFunction } from './senders/functions.ts';
import { httpSenders } from './senders/http.ts';
import type { SenderLookup } from './senders/sender.ts';
import { sqsSenders } from './senders/sqs.ts';
import type { Service } from './service.ts';
import { IN_MEMORY, stateFileIn } from './stateFile.ts';

export interface EventBridgeOptions {
  /** Where buses, rules, targets, logs and deliveries under way are kept; without it all is in memory. */
  readonly dir?: string;
  /** 0 or none for any free port. */
  readonly port?: number;
  readonly clock?: Clock;
  /** How deliveries wait for their next try. */
  readonly pause?: Pause;
  readonly random?: () => number;
  /** Told of events that were given up. */
  readonly log?: Log;
  readonly region?: string;
  readonly account?: string;
  /** Where queues are; without it, targets and dead-letter queues of SQS are not there. */
  readonly sqsEndpoint?: string | undefined;
  /** What stands for Lambda functions, by function name. Those of deliveries that survived a restart must be there at the start. */
  readonly functions?: ReadonlyMap<string, LocalFunction> | undefined;
  /** Milliseconds that a target gets to answer; an HTTP target gets five seconds on AWS. */
  readonly targetTimeout?: number;
  /** Milliseconds that a function gets to end; up to 15 minutes on AWS. */
  readonly functionTimeout?: number;
}

export interface EventBridgeEndpoint {
  readonly url: string;
  readonly counters: Readonly<Counters>;
  /** The events that rules have sent to a log group, one line of JSON each, oldest first. */
  log(name: string): readonly string[];
  /** Resolves when every event taken so far is delivered, in a dead-letter queue or lost. */
  settled(): Promise<void>;
  /** Finishes the requests under way, closes every connection, and interrupts deliveries: with `dir`, they go on at the next start. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Milliseconds; longer than any client keeps an idle connection, so that none writes to one that is just being closed. */
const KEEP_ALIVE = 120_000;
/** Milliseconds that a request gets to end once the endpoint stops. */
const GRACE = 5_000;
const TARGET_TIMEOUT = 5_000;
const FUNCTION_TIMEOUT = 60_000;

export const startEventBridge = async (options: EventBridgeOptions = {}): Promise<EventBridgeEndpoint> => {
  const logs = options.dir === undefined ? memoryLogGroups() : fileLogGroups(options.dir);
  const service = await serviceFor(options, logs);
  const underWay = new Set<Promise<void>>();
  const invoke = invocations(options.functions ?? new Map(), options.functionTimeout ?? FUNCTION_TIMEOUT);
  const server = createServer((request, response) => {
    const done = handle(service, invoke, request, response).finally(() => underWay.delete(done));
    underWay.add(done);
  });
  server.keepAliveTimeout = KEEP_ALIVE;
  const port = await listen(server, options.port ?? 0).catch(async (error: unknown) => {
    await service.delivery.courier.stop();
    throw error;
  });
  let stopped: Promise<void> | undefined;
  return {
    url: `http://${HOST}:${port}`,
    counters: service.delivery.counters,
    log: logs.lines,
    settled: () => service.delivery.courier.settled(),
    stop: () => {
      stopped ??= close(server, underWay)
        .then(() => service.delivery.courier.stop())
        .then(logs.close);
      return stopped;
    },
  };
};

const close = async (server: Server, underWay: ReadonlySet<Promise<void>>): Promise<void> => {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const cut = setTimeout(() => server.closeAllConnections(), GRACE);
  await Promise.allSettled(underWay);
  clearTimeout(cut);
  server.closeAllConnections();
  await closed;
};

const serviceFor = async (options: EventBridgeOptions, logs: LogGroups): Promise<Service> => {
  const clock = options.clock ?? systemClock;
  const state = options.dir === undefined ? IN_MEMORY : stateFileIn(options.dir);
  const registry = registryOf(await state.read(), clock.now());
  const counters: Counters = { dropped: 0, delivered: 0, deadLettered: 0, failed: 0 };
  const courier = new Courier({
    clock,
    pause: options.pause ?? realPause,
    random: options.random ?? Math.random,
    log: options.log ?? silentLog,
    journal: options.dir === undefined ? NO_JOURNAL : journalIn(options.dir),
    senderOf: sendersOf(options),
    counters,
  });
  return {
    place: { region: options.region ?? 'us-east-1', account: options.account ?? '000000000000' },
    clock,
    registry,
    delivery: { counters, logOf: logTargets(logs), courier },
    save: () => state.write(() => snapshotOf(registry)),
  };
};

const sendersOf = (options: EventBridgeOptions): SenderLookup => {
  const timeout = options.targetTimeout ?? TARGET_TIMEOUT;
  const lookups = [
    sqsSenders(options.sqsEndpoint, timeout),
    httpSenders(timeout),
    functionSenders(options.functions ?? new Map(), options.functionTimeout ?? FUNCTION_TIMEOUT),
  ];
  return (arn) => lookups.map((lookup) => lookup(arn)).find((send) => send !== undefined);
};

/** One target for one log group, however its ARN is spelled, so that its events stay in one order. */
const logTargets = (logs: LogGroups): ((arn: string) => LogTarget | undefined) => {
  const targets = new Map<string, LogTarget>();
  return (arn) => {
    const name = logGroupOf(arn);
    if (name === undefined) return undefined;
    const target = targets.get(name) ?? logs.target(name);
    targets.set(name, target);
    return target;
  };
};

/** Never rejects; resolves when the answer has left or its connection is gone. */
const handle = async (
  service: Service,
  invoke: Invoke,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const left = new Promise<void>((resolve) => response.once('close', resolve));
  try {
    if (await invoke(request, response)) return await left;
    const body = await bodyOf(request);
    answer(response, await operationNamed(operationOf(request))(service, body));
  } catch (error) {
    answerError(response, error);
  }
  await left;
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? taken(port) : error));
    server.listen(port, HOST, () => resolve((server.address() as AddressInfo).port));
  });

const taken = (port: number): AfterwriteError =>
  new AfterwriteError('PORT_TAKEN', `port ${port} for EventBridge is in use`, {
    mend: 'stop what listens there, or choose another port (0 takes any free one)',
  });
