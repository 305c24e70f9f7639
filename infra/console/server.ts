import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AfterwriteError } from '../../shared/model/errors.ts';
import type { Log } from '../../shared/ports/log.ts';
import { answerError, answerJson, answerProblem, HEADERS } from './answers.ts';
import type { Asset } from './assets.ts';
import { refusal } from './guard.ts';
import { type Desks, ROUTES, watch } from './routes.ts';

const LOOPBACK = '127.0.0.1';
const LARGEST_BODY = 64 * 1024;

interface Serving {
  readonly desks: Desks;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly token: string;
  readonly log: Log;
}

export interface RunningServer {
  readonly port: number;
  /** Pages that still watch are let go. */
  close(): Promise<void>;
}

/** On loopback alone. @param port 0: a free one. Throws PORT_TAKEN. */
export async function serve(serving: Serving, port: number): Promise<RunningServer> {
  const server = createServer((request, response) => {
    answer(serving, portOf(server), request, response).catch((error: unknown) => {
      serving.log.warn({ path: request.url, error: String(error) }, 'the console could not answer');
      answerError(response, error);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cause.code === 'EADDRINUSE' ? taken(port) : cause));
    server.listen(port, LOOPBACK, resolve);
  });
  return {
    port: portOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const taken = (port: number): AfterwriteError =>
  new AfterwriteError('PORT_TAKEN', `port ${port} is taken`, { mend: 'give another one, or none for a free one' });

async function answer(
  serving: Serving,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', headers } = request;
  const url = new URL(request.url ?? '/', `http://${LOOPBACK}`);
  const asked = {
    method,
    path: url.pathname,
    host: headers.host,
    origin: headers.origin,
    site: one(headers['sec-fetch-site']),
    token: one(headers['x-afterwrite-token']),
  };
  const refused = refusal(asked, { port, token: serving.token });
  if (refused) return answerProblem(response, refused, refused.status);
  const asset = serving.assets.get(url.pathname);
  if (asset && method !== 'POST') return answerAsset(request, response, asset);
  if (method === 'GET' && url.pathname === '/api/watch') return watch(serving.desks, request, response);
  const route = ROUTES[`${method} ${url.pathname}`];
  if (!route)
    return answerProblem(
      response,
      { code: 'NOT_FOUND', message: `there is no ${url.pathname}`, mend: 'open the address that the command printed' },
      404,
    );
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const body = method === 'POST' ? await bodyOf(request) : undefined;
  answerJson(response, await route(serving.desks, { query: url.searchParams, body, signal: gone.signal }));
}

const one = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header[0] : header);

function answerAsset(request: IncomingMessage, response: ServerResponse, asset: Asset): void {
  const headers = { ...HEADERS, 'content-type': asset.type, etag: asset.etag, 'cache-control': 'no-cache' };
  if (request.headers['if-none-match'] === asset.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const isZipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const body = isZipped ? asset.gzipped : asset.body;
  const encoding = isZipped ? { 'content-encoding': 'gzip' } : {};
  response.writeHead(200, { ...headers, ...encoding, vary: 'accept-encoding', 'content-length': body.byteLength });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Throws USAGE for what is too large or no JSON. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const refuse = (what: string): AfterwriteError => new AfterwriteError('USAGE', what, { mend: 'load the page anew' });
  // Only a page of our own can send this type across origins' checks: forms can't.
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) throw refuse('the request is no JSON');
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.byteLength;
    if (bytes > LARGEST_BODY) throw refuse('the request is too large');
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString());
  } catch {
    throw refuse('the request is no JSON');
  }
}
