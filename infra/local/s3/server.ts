import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { type Clock, systemClock } from '../../../shared/ports/clock.ts';
import { Buckets } from './buckets.ts';
import { diskStorage } from './diskFiles.ts';
import { S3Error } from './errors.ts';
import { refuseUnknownHeaders } from './knownHeaders.ts';
import { memoryStorage } from './memoryFiles.ts';
import { findOperation } from './operations.ts';
import { type Reply, toRequest } from './request.ts';
import { type Service, xmlReply } from './service.ts';
import { errorDocument } from './xml.ts';

export interface S3Endpoint {
  url: string;
  /** Cuts every connection; resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

interface S3Options {
  dir?: string;
  port?: number;
  clock?: Clock;
  region?: string;
}

const LOOPBACK = '127.0.0.1';

/**
 * A narrow S3 on this machine: path style, any signature taken unverified. With `dir` what it holds is kept below
 * `<dir>/s3`, else in memory. One process at a time may use a folder.
 */
export async function startS3(options: S3Options = {}): Promise<S3Endpoint> {
  // The port is taken before the folder is opened: a second start on both is refused before it can touch a file.
  const server = createServer();
  const port = await listen(server, options.port ?? 0);
  const underWay = new Set<Promise<void>>();
  try {
    const service = openService(options);
    server.on('request', (message, response) => {
      const work = answer(service, message, response).finally(() => underWay.delete(work));
      underWay.add(work);
    });
  } catch (error) {
    await stop(server, underWay);
    throw error;
  }
  return { url: `http://${LOOPBACK}:${port}`, stop: () => stop(server, underWay) };
}

const openService = ({ dir, clock = systemClock, region = 'us-east-1' }: S3Options): Service => ({
  buckets: new Buckets(dir === undefined ? memoryStorage : diskStorage(dir), clock),
  clock,
  region,
});

function listen(server: Server, port: number): Promise<number> {
  // Idle connections stay: a client that reuses one while the server closes it would see a reset.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(cause.code === 'EADDRINUSE' ? taken(port, cause) : cause),
    );
    server.listen(port, LOOPBACK, () => resolve((server.address() as AddressInfo).port));
  });
}

const taken = (port: number, cause: unknown): AfterwriteError =>
  new AfterwriteError('PORT_TAKEN', `Port ${port}, meant for the local S3, is in use.`, {
    mend: 'Stop what listens there (perhaps another afterwrite), or choose another port.',
    cause,
  });

async function stop(server: Server, underWay: ReadonlySet<Promise<void>>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
  await Promise.all(underWay);
}

async function answer(service: Service, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase();
  const reply = await perform(service, message).catch((error: unknown) => errorReply(error, message, requestId));
  response.writeHead(reply.status, { server: 'AmazonS3', 'x-amz-request-id': requestId, ...reply.headers });
  if (message.method === 'HEAD' || !(reply.body instanceof Readable)) {
    response.end(message.method === 'HEAD' ? undefined : reply.body);
  } else {
    // A reader that goes away is no failure; a file that can't be read cuts the answer short, which the reader sees.
    await pipeline(reply.body, response).catch(() => undefined);
  }
}

async function perform(service: Service, message: IncomingMessage): Promise<Reply> {
  const request = toRequest(message);
  const operation = findOperation(request);
  refuseUnknownHeaders(request.headers);
  return operation(service, request);
}

function errorReply(error: unknown, message: IncomingMessage, RequestId: string): Reply {
  const refusal = error instanceof S3Error ? error : new S3Error('InternalError', String(error));
  const { code: Code, message: Message, status, details } = refusal;
  const Resource = (message.url ?? '').split('?')[0] ?? '';
  return xmlReply(errorDocument({ Code, Message, ...details, Resource, RequestId }), status);
}
