import { type FauxqsServer, startFauxqs } from 'fauxqs';
import type { Connection } from '../../shared/aws/clients.ts';
import { sqsQueue } from '../../shared/aws/messageQueue.ts';
import { MemoryQueue } from '../support/memory/memoryQueue.ts';
import { messageQueueContract } from './messageQueueContract.ts';

describe('a queue in memory', () => {
  messageQueueContract(async () => {
    const queue = new MemoryQueue();
    return { queue, bodies: async () => queue.taken.map(({ body }) => body) };
  });
});

describe('a FIFO queue over the SDK', () => {
  let server: FauxqsServer;
  let queues = 0;
  const connection = (): Connection => ({
    region: 'us-east-1',
    endpoints: { sqs: `http://127.0.0.1:${server.port}` },
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  beforeAll(async () => {
    server = await startFauxqs({ port: 0, logger: false });
  });
  afterAll(() => server.stop());

  messageQueueContract(async () => {
    const name = `q${queues++}.fifo`;
    const { queueUrl } = server.createQueue(name, { attributes: { FifoQueue: 'true' } });
    const queue = sqsQueue(connection(), queueUrl);
    const bodies = async (): Promise<string[]> =>
      (server.inspectQueue(name)?.messages.ready ?? []).map(({ body }) => body);
    return { queue, bodies };
  });

  test('a queue that does not exist is QUEUE_MISSING', async () => {
    const queue = sqsQueue(connection(), `http://127.0.0.1:${server.port}/000000000000/none`);
    await expect(queue.describe()).rejects.toMatchObject({ code: 'QUEUE_MISSING', retry: false });
    await expect(queue.send([{ body: 'a', group: 'g', dedup: 'a' }])).rejects.toMatchObject({ code: 'QUEUE_MISSING' });
  });

  test('a standard queue takes messages without group and deduplication', async () => {
    const { queueUrl } = server.createQueue('plain');
    const queue = sqsQueue(connection(), queueUrl);
    expect(await queue.send([{ body: 'a', group: 'g', dedup: 'd' }])).toEqual([{ ok: true }]);
    expect(server.inspectQueue('plain')?.messages.ready.map(({ body }) => body)).toEqual(['a']);
  });
});
