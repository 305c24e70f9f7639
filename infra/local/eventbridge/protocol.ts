import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { malformed, ServiceError } from './errors.ts';
import { MAX_BODY_SIZE } from './limits.ts';
import { isObject } from './pattern/pattern.ts';

/** AWS JSON 1.1: POST to `/`, the operation in a header, JSON both ways, the error's type in the body. */
const CONTENT_TYPE = 'application/x-amz-json-1.1';
const TARGET_PREFIX = 'AWSEvents.';

export const operationOf = (request: IncomingMessage): string => {
  const target = request.headers['x-amz-target'];
  if (request.method === 'POST' && typeof target === 'string' && target.startsWith(TARGET_PREFIX)) {
    return target.slice(TARGET_PREFIX.length);
  }
  throw new ServiceError('UnknownOperationException', 'No operation of EventBridge is named in X-Amz-Target.');
};

/** Undefined where there are more. */
export const bytesOf = async (request: IncomingMessage, atMost: number): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Read on to the end, without keeping it: a sender that is still writing would not see the answer.
    if (size <= atMost) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size <= atMost ? Buffer.concat(chunks) : undefined;
};

export const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const bytes = await bytesOf(request, MAX_BODY_SIZE);
  if (!bytes) throw new ServiceError('RequestEntityTooLargeException', `The body is over ${MAX_BODY_SIZE} bytes.`, 413);
  return objectIn(bytes.toString('utf8'));
};

const objectIn = (text: string): unknown => {
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    throw malformed('The body is not JSON.');
  }
  if (!isObject(body)) throw malformed('The body is not an object.');
  return body;
};

export const answer = (response: ServerResponse, output: object): void => send(response, 200, output);

export const answerError = (response: ServerResponse, error: unknown): void => {
  const known =
    error instanceof ServiceError
      ? error
      : new ServiceError('InternalException', error instanceof Error ? error.message : String(error), 500);
  send(response, known.status, { __type: known.type, message: known.message });
};

const send = (response: ServerResponse, status: number, output: object): void => {
  const body = JSON.stringify(output);
  response.writeHead(status, {
    'content-type': CONTENT_TYPE,
    'content-length': Buffer.byteLength(body),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(body);
};
