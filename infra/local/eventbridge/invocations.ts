import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MAX_PAYLOAD_BYTES } from '../../../shared/ports/remoteFunction.ts';
import { bytesOf } from './protocol.ts';
import type { FunctionContext, LocalFunction } from './senders/functions.ts';

/** False where the request is no call of a function: then nothing was read of it. */
export type Invoke = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const PATH = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?|$)/;
/** `NAME`, `NAME:ALIAS`, or an ARN. */
const NAME = /^(?:arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:)?([A-Za-z0-9_-]{1,64})(?::[^:]+)?$/;

/**
 * Lambda's Invoke, of the functions that this endpoint has for its rules: dry runs, and calls that are waited for. `timeout`
 * in milliseconds. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export const invocations =
  (functions: ReadonlyMap<string, LocalFunction>, timeout: number): Invoke =>
  async (request, response) => {
    const given = request.method === 'POST' ? PATH.exec(request.url ?? '')?.[1] : undefined;
    if (given === undefined) return false;
    const name = NAME.exec(decodeURIComponent(given))?.[1] ?? '';
    const payload = await bytesOf(request, MAX_PAYLOAD_BYTES);
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    send(response, await answerOf(functions.get(name), { name, payload, type, timeout }));
    return true;
  };

async function answerOf(
  local: LocalFunction | undefined,
  call: { name: string; payload: Buffer | undefined; type: string | string[]; timeout: number },
): Promise<Answer> {
  const { name, payload, type, timeout } = call;
  if (!local) return refused(404, 'ResourceNotFoundException', `Function not found: ${name}`);
  if (!payload) return refused(413, 'RequestTooLargeException', `The payload is over ${MAX_PAYLOAD_BYTES} bytes.`);
  if (type === 'DryRun') return { status: 204 };
  if (type !== 'RequestResponse') return refused(400, 'InvalidParameterValueException', 'Calls are waited for here.');
  let event: unknown;
  try {
    event = JSON.parse(payload.length === 0 ? 'null' : payload.toString());
  } catch {
    return refused(400, 'InvalidRequestContentException', 'The payload is no JSON.');
  }
  return { status: 200, ...(await run(local, event, name, timeout)) };
}

/** A function can't be stopped: one that takes too long is left to itself. */
async function run(
  local: LocalFunction,
  event: unknown,
  name: string,
  timeout: number,
): Promise<Omit<Answer, 'status'>> {
  const until = Date.now() + timeout;
  const context: FunctionContext = {
    functionName: name,
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => Math.max(0, until - Date.now()),
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Omit<Answer, 'status'>>((resolve) => {
    timer = setTimeout(() => resolve(unhandled('Sandbox.Timedout', `Task timed out after ${timeout} ms`)), timeout);
  });
  const ended = (async () => ({ body: (await local(event, context)) ?? null }))().catch((error: unknown) =>
    error instanceof Error ? unhandled(error.name, error.message) : unhandled('Error', String(error)),
  );
  return Promise.race([ended, late]).finally(() => clearTimeout(timer));
}

const unhandled = (errorType: string, errorMessage: string): Omit<Answer, 'status'> => ({
  headers: { 'x-amz-function-error': 'Unhandled' },
  body: { errorType, errorMessage },
});

const refused = (status: number, type: string, Message: string): Answer => ({
  status,
  headers: { 'x-amzn-errortype': type },
  body: { Type: 'User', Message },
});

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    ...(status !== 204 && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(text);
}
