import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { connect } from '../../shared/aws/clients.ts';
import { CREDENTIALS, REGION } from './benchStage.ts';

const ENTRIES = Array.from({ length: 10 }, (_, i) => ({ EventId: `event-${i}` }));
/** Whatever a call holds, it is taken: there is an answer for each of at most ten entries. */
const TAKEN = JSON.stringify({ FailedEntryCount: 0, Entries: ENTRIES });

export interface NullBus {
  readonly client: EventBridgeClient;
  stop(): Promise<void>;
}

/** An EventBridge endpoint that takes everything and does nothing, on a thread of its own. */
export async function startNullBus(): Promise<NullBus> {
  const worker = new Worker(new URL(import.meta.url));
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  const clients = connect({
    region: REGION,
    endpoints: { events: `http://127.0.0.1:${port}` },
    credentials: CREDENTIALS,
  });
  return {
    client: clients.events,
    stop: async () => {
      clients.close();
      await worker.terminate();
    },
  };
}

function serve(): void {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(TAKEN);
    });
  });
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
}

if (!isMainThread) serve();
