import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { type Clock, systemClock } from '../../../shared/ports/clock.ts';
import { logGroupOf } from './arn.ts';
import type { Counters } from './delivery.ts';
import { fileLogGroups } from './logFiles.ts';
import { type LogGroups, memoryLogGroups } from './logGroups.ts';
import { operationNamed } from './operations.ts';
import { answer, answerError, bodyOf, operationOf } from './protocol.ts';
import { registryOf, snapshotOf } from './registry.ts';
import type { Service } from './service.ts';
import { IN_MEMORY, stateFileIn } from './stateFile.ts';
import type { Target, TargetLookup } from './target.ts';

export interface EventBridgeOptions {
  /** Where buses, rules, targets and logs are kept; without it all is in memory. */
  readonly dir?: string;
  /** 0 or none for any free port. */
  readonly port?: number;
  readonly clock?: Clock;
  readonly region?: string;
  readonly account?: string;
}

export interface EventBridgeEndpoint {
  readonly url: string;
  readonly counters: Readonly<Counters>;
  /** The events that rules have sent to a log group, one line of JSON each, oldest first. */
  log(name: string): readonly string[];
  /** Finishes the requests under way, then closes every connection. */
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
/** Milliseconds; longer than any client keeps an idle connection, so that none writes to one that is just being closed. */
const KEEP_ALIVE = 120_000;
/** Milliseconds that a request gets to end once the endpoint stops. */
const GRACE = 5_000;

export const startEventBridge = async (options: EventBridgeOptions = {}): Promise<EventBridgeEndpoint> => {
  const logs = options.dir === undefined ? memoryLogGroups() : fileLogGroups(options.dir);
  const service = await serviceFor(options, logs);
  const underWay = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const done = handle(service, request, response).finally(() => underWay.delete(done));
    underWay.add(done);
  });
  server.keepAliveTimeout = KEEP_ALIVE;
  const port = await listen(server, options.port ?? 0);
  let stopped: Promise<void> | undefined;
  return {
    url: `http://${HOST}:${port}`,
    counters: service.delivery.counters,
    log: logs.lines,
    stop: () => {
      stopped ??= close(server, underWay).then(logs.close);
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
  return {
    place: { region: options.region ?? 'us-east-1', account: options.account ?? '000000000000' },
    clock,
    registry,
    delivery: { counters: { dropped: 0, delivered: 0, failed: 0 }, targetOf: logTargets(logs) },
    save: () => state.write(() => snapshotOf(registry)),
  };
};

/** One target for one log group, however its ARN is spelled, so that its events stay in one order. */
const logTargets = (logs: LogGroups): TargetLookup => {
  const targets = new Map<string, Target>();
  return (arn) => {
    const name = logGroupOf(arn);
    if (name === undefined) return undefined;
    const target = targets.get(name) ?? logs.target(name);
    targets.set(name, target);
    return target;
  };
};

/** Never rejects; resolves when the answer has left or its connection is gone. */
const handle = async (service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const left = new Promise<void>((resolve) => response.once('close', resolve));
  try {
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
