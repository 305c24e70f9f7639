import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { below, type Random } from '../../simulation/random.ts';

/** What becomes of one call: `unsent` never reaches the endpoint, `unanswered` does and its answer is lost. */
export type Fate = 'sound' | 'error' | 'throttled' | 'unsent' | 'unanswered' | 'partial' | 'outage';

interface Weather {
  /** Fate of the next call. @param puts whether it is one of PutEvents; only that can fail in part */
  fate(puts: boolean): Fate;
  readonly random: Random;
}

export interface FaultyEndpoint {
  readonly url: string;
  /** All calls by what became of them. */
  readonly calls: Readonly<Record<Fate, number>>;
  stop(): Promise<void>;
}

interface PutEvents {
  readonly Entries: readonly object[];
}
interface Result {
  readonly EventId?: string;
  readonly ErrorCode?: string;
  readonly ErrorMessage?: string;
}
type Forward = (body: Buffer) => Promise<Response>;

/** Stands before an EventBridge endpoint, and lets through what the weather allows. */
export async function startFaultyEndpoint(target: string, { fate, random }: Weather): Promise<FaultyEndpoint> {
  const calls = { sound: 0, error: 0, throttled: 0, unsent: 0, unanswered: 0, partial: 0, outage: 0 };
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const body = await bodyOf(request);
      const puts = String(request.headers['x-amz-target']).endsWith('.PutEvents');
      const now = fate(puts);
      calls[now]++;
      const forward: Forward = (sent) =>
        fetch(target, { method: 'POST', headers: headersOf(request), body: new Uint8Array(sent) });
      await happen(now, { body, forward, random }, response);
    };
    answer().catch(() => response.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

async function happen(
  fate: Fate,
  { body, forward, random }: { body: Buffer; forward: Forward; random: Random },
  response: ServerResponse,
): Promise<void> {
  switch (fate) {
    case 'outage':
    case 'unsent':
      response.destroy();
      return;
    case 'error':
      return refuse(response, 500, 'InternalException');
    case 'throttled':
      return refuse(response, 400, 'ThrottlingException');
    case 'unanswered':
      await forward(body);
      response.destroy();
      return;
    case 'partial':
      return inPart(body, forward, random, response);
    case 'sound': {
      const answer = await forward(body);
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? JSON_1_1 });
      response.end(Buffer.from(await answer.arrayBuffer()));
    }
  }
}

const JSON_1_1 = 'application/x-amz-json-1.1';

function refuse(response: ServerResponse, status: number, type: string): void {
  response.writeHead(status, { 'content-type': JSON_1_1, 'x-amzn-errortype': type });
  response.end(JSON.stringify({ __type: type, message: 'bad weather' }));
}

/** Some entries, at least one, fail in passing; the others are taken. */
async function inPart(body: Buffer, forward: Forward, random: Random, response: ServerResponse): Promise<void> {
  const call = JSON.parse(body.toString()) as PutEvents;
  const always = below(random, call.Entries.length);
  const fails = call.Entries.map((_, i) => i === always || random() < 0.3);
  const taken = call.Entries.filter((_, i) => !fails[i]);
  const results = taken.length === 0 ? [] : await put({ ...call, Entries: taken }, forward);
  const failed: Result = { ErrorCode: 'InternalFailure', ErrorMessage: 'bad weather' };
  const all = fails.map((fails) => (fails ? failed : (results.shift() ?? failed)));
  response.writeHead(200, { 'content-type': JSON_1_1 });
  response.end(JSON.stringify({ FailedEntryCount: call.Entries.length - taken.length, Entries: all }));
}

async function put(call: PutEvents, forward: Forward): Promise<Result[]> {
  const answer = await forward(Buffer.from(JSON.stringify(call)));
  return ((await answer.json()) as { Entries: Result[] }).Entries;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Those that say what is asked for; the connection's own are made anew. */
const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === 'string' && (name.startsWith('x-amz') || name === 'content-type' || name === 'authorization')
        ? [[name, value]]
        : [],
    ),
  );
