import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `open`: calls reach the endpoint. `failing`: it answers 500. `cut`: it takes the connection and drops it. */
type DoorState = 'open' | 'failing' | 'cut';

/** Stands in front of an endpoint, so that it can be out without being stopped. */
export interface Door {
  readonly url: string;
  state: DoorState;
  /** Calls that did not get through. */
  refused: number;
  stop(): Promise<void>;
}

export async function openDoor(to: string): Promise<Door> {
  const server = createServer((incoming, answer) => {
    if (door.state !== 'open') door.refused++;
    if (door.state === 'cut') return void incoming.socket.destroy();
    if (door.state === 'failing') {
      answer.writeHead(500, { 'content-type': 'application/x-amz-json-1.1' });
      return void answer.end('{"__type":"InternalException"}');
    }
    const { method, headers, url = '/' } = incoming;
    const onward = request(new URL(url, to), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const door: Door = {
    url: `http://127.0.0.1:${port}`,
    state: 'open',
    refused: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return door;
}
