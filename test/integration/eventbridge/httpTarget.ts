import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Received {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A number is a status to answer with; a function answers itself, or not at all. */
export type Answer = number | ((response: ServerResponse) => void);

export interface HttpTarget {
  readonly url: string;
  readonly arn: string;
  readonly received: readonly Received[];
  stop(): Promise<void>;
}

/** A server that rules may target. It answers as `answers` says, in turn; what is more gets 200. */
export const httpTarget = async (...answers: Answer[]): Promise<HttpTarget> => {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    received.push({ url: request.url ?? '', headers: request.headers, body });
    const answer = answers.shift() ?? 200;
    if (typeof answer === 'number') response.writeHead(answer).end('seen');
    else answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return {
    url,
    arn: `arn:aws:events:us-east-1:000000000000:api-destination/${url}`,
    received,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
