import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutEventsCommand, PutRuleCommand, PutTargetsCommand, type Target } from '@aws-sdk/client-eventbridge';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import type { FunctionContext } from '../../../infra/local/eventbridge/senders/functions.ts';
import { type HttpTarget, httpTarget } from './httpTarget.ts';
import { detailsIn, entry, LOG, LOG_ARN, NOW, type Running, start } from './support.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:orders';
const FIFO = 'arn:aws:sqs:us-east-1:000000000000:orders.fifo';
const DEAD = 'arn:aws:sqs:us-east-1:000000000000:dead';
const ALERTS = 'arn:aws:lambda:us-east-1:000000000000:function:alerts';

/** What is started, in the order in which it has to stop. */
const started: { stop(): Promise<void> }[] = [];
const keep = <Part extends { stop(): Promise<void> }>(part: Part): Part => {
  started.unshift(part);
  return part;
};

let queues: FauxqsServer;
/** The waits between tries, and the time, which only they let pass. */
let waits: number[];
let now: number;
const ports = () => ({
  clock: { now: () => now },
  random: () => 0,
  pause: async (ms: number) => {
    waits.push(ms);
    now += ms;
  },
});

beforeAll(async () => {
  queues = await startFauxqs({ port: 0, logger: false });
});
afterAll(() => queues.stop());
beforeEach(() => {
  queues.purgeAll();
  for (const name of ['orders', 'dead']) queues.createQueue(name);
  queues.createQueue('orders.fifo', { attributes: { FifoQueue: 'true', ContentBasedDeduplication: 'true' } });
  waits = [];
  now = NOW;
});
afterEach(async () => {
  for (const part of started.splice(0)) await part.stop();
});

const begin = async (options: Parameters<typeof start>[0] = {}): Promise<Running> =>
  keep(await start({ ...ports(), sqsEndpoint: `http://127.0.0.1:${queues.port}`, ...options }));
const target = async (...answers: Parameters<typeof httpTarget>): Promise<HttpTarget> =>
  keep(await httpTarget(...answers));

const rule = async ({ client }: Running, ...targets: Omit<Target, 'Id'>[]) => {
  await client.send(new PutRuleCommand({ Name: 'all', EventPattern: '{"source":["shop"]}' }));
  const Targets = targets.map((given, n) => ({ Id: `t${n}`, ...given })) as Target[];
  await client.send(new PutTargetsCommand({ Rule: 'all', Targets }));
};
const put = ({ client }: Running, ...details: unknown[]) =>
  client.send(new PutEventsCommand({ Entries: details.map((detail) => entry(detail)) }));
const messagesIn = (queue: string) => queues.inspectQueue(queue)!.messages.ready;
const counted = (counters: object) => ({ dropped: 0, delivered: 0, deadLettered: 0, failed: 0, ...counters });

describe('an HTTP target', () => {
  test('gets each event by POST', async () => {
    const running = await begin();
    const hook = await target();
    const HttpParameters = { HeaderParameters: { 'x-key': 'k' }, QueryStringParameters: { a: 'b c' } };
    await rule(running, { Arn: hook.arn, HttpParameters });
    const { Entries } = await put(running, { n: 1 });
    await running.endpoint.settled();
    const [{ url, headers, body }] = hook.received as [HttpTarget['received'][0]];
    expect(url).toBe('/hook?a=b+c');
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Amazon/EventBridge/ApiDestinations',
      'x-key': 'k',
    });
    expect(JSON.parse(body)).toMatchObject({ id: Entries![0]!.EventId, source: 'shop', detail: { n: 1 } });
    expect(running.endpoint.counters).toEqual(counted({ delivered: 1 }));
  });

  test('is tried again, ever later, while it is busy or breaks', async () => {
    const running = await begin();
    const slowDown: Parameters<typeof httpTarget>[0] = (response) =>
      void response.writeHead(429, { 'retry-after': '7' }).end();
    const hook = await target(500, 503, slowDown, 409, (response) => response.destroy());
    await rule(running, { Arn: hook.arn });
    await put(running, { n: 1 });
    await running.endpoint.settled();
    expect(hook.received).toHaveLength(6);
    expect(new Set(hook.received.map(({ body }) => body)).size).toBe(1);
    expect(waits).toEqual([250, 500, 7_000, 2_000, 4_000]);
    expect(running.endpoint.counters).toEqual(counted({ delivered: 1 }));
  });

  test.each([404, 400, 302])('is not tried again after %d', async (status) => {
    const running = await begin();
    const hook = await target(status);
    await rule(running, { Arn: hook.arn, DeadLetterConfig: { Arn: DEAD } });
    await put(running, { n: 1 });
    await running.endpoint.settled();
    expect(hook.received).toHaveLength(1);
    expect(running.endpoint.counters).toEqual(counted({ deadLettered: 1 }));
  });

  test('that hangs is given up by the try, and holds up nobody else', async () => {
    const running = await begin({ targetTimeout: 100 });
    const hangs = await target(() => undefined);
    const hook = await target();
    await rule(running, { Arn: hangs.arn }, { Arn: hook.arn });
    await put(running, { n: 1 });
    await running.endpoint.settled();
    expect(hangs.received).toHaveLength(2);
    expect(hook.received).toHaveLength(1);
    expect(running.endpoint.counters).toEqual(counted({ delivered: 2 }));
  });

  test('has at most ten events under way', async () => {
    let most = 0;
    let open = 0;
    const slow = (response: { end(): void }): void => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open--;
        response.end();
      });
    };
    const running = await begin();
    const hook = await target(...Array.from({ length: 200 }, () => slow as never));
    await rule(running, { Arn: hook.arn });
    for (let call = 0; call < 20; call++) await put(running, ...Array.from({ length: 10 }, (_, n) => ({ call, n })));
    await running.endpoint.settled();
    expect(new Set(hook.received.map(({ body }) => body)).size).toBe(200);
    expect(most).toBeLessThanOrEqual(10);
  });

  test('answers long after PutEvents did', async () => {
    const running = await begin({ targetTimeout: 60_000 });
    let finish: (() => void) | undefined;
    const arrived = new Promise<void>((resolve) => {
      void target((response) => {
        finish = () => response.end();
        resolve();
      }).then(async (hook) => {
        await rule(running, { Arn: hook.arn });
        expect((await put(running, { n: 1 })).FailedEntryCount).toBe(0);
      });
    });
    await arrived;
    expect(running.endpoint.counters.delivered).toBe(0);
    finish?.();
    await running.endpoint.settled();
    expect(running.endpoint.counters.delivered).toBe(1);
  });
});

describe('a queue', () => {
  test('gets each event as a message', async () => {
    const running = await begin();
    await rule(running, { Arn: QUEUE }, { Arn: FIFO, SqsParameters: { MessageGroupId: 'g' } });
    await put(running, { n: 1 }, { n: 2 });
    await running.endpoint.settled();
    const details = (queue: string) => detailsIn(messagesIn(queue).map(({ body }) => body));
    expect(details('orders')).toHaveLength(2);
    expect(details('orders')).toEqual(expect.arrayContaining([{ n: 1 }, { n: 2 }]));
    expect(running.endpoint.counters).toEqual(counted({ delivered: 4 }));
  });

  test('that is not there is not tried again', async () => {
    const running = await begin();
    await rule(running, { Arn: `${QUEUE}-gone`, DeadLetterConfig: { Arn: DEAD } });
    await put(running, { n: 1 });
    await running.endpoint.settled();
    expect(waits).toEqual([]);
    expect(messagesIn('dead')[0]!.messageAttributes).toMatchObject({ ERROR_CODE: { StringValue: 'NO_RESOURCE' } });
  });
});

describe('a function', () => {
  test('is called with the event and a context, as by Lambda', async () => {
    const calls: [unknown, FunctionContext][] = [];
    const alerts = (event: unknown, context: FunctionContext): void => void calls.push([event, context]);
    const running = await begin({ functions: new Map([['alerts', alerts]]) });
    await rule(running, { Arn: ALERTS, InputPath: '$.detail' });
    const { Entries } = await put(running, { n: 1 });
    await running.endpoint.settled();
    expect(calls).toEqual([
      [{ n: 1 }, expect.objectContaining({ functionName: 'alerts', awsRequestId: Entries![0]!.EventId })],
    ]);
  });

  test('that throws, rejects or does not end is called again', async () => {
    const endings = [
      () => {
        throw new Error('thrown');
      },
      () => Promise.reject(new Error('rejected')),
      () => new Promise(() => undefined),
      () => 'done',
    ];
    const alerts = (): unknown => endings.shift()!();
    const running = await begin({ functions: new Map([['alerts', alerts]]), functionTimeout: 50 });
    await rule(running, { Arn: ALERTS });
    await put(running, { n: 1 });
    await running.endpoint.settled();
    expect(endings).toEqual([]);
    expect(running.endpoint.counters).toEqual(counted({ delivered: 1 }));
  });
});

describe('a dead-letter queue', () => {
  test('gets the event as it was, with why', async () => {
    const running = await begin();
    const hook = await target(500, 500, 500);
    const RetryPolicy = { MaximumRetryAttempts: 2 };
    await rule(running, { Arn: hook.arn, InputPath: '$.detail', RetryPolicy, DeadLetterConfig: { Arn: DEAD } });
    await put(running, { n: 1 });
    await running.endpoint.settled();
    const [message] = messagesIn('dead');
    expect(detailsIn([message!.body])).toEqual([{ n: 1 }]);
    const texts = Object.entries(message!.messageAttributes).map(([name, { StringValue }]) => [name, StringValue]);
    expect(Object.fromEntries(texts)).toEqual({
      RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/all',
      TARGET_ARN: hook.arn,
      ERROR_CODE: 'ERROR_FROM_TARGET',
      ERROR_MESSAGE: 'The target answered with HTTP status 500.',
      RETRY_ATTEMPTS: '2',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
    expect(running.endpoint.counters).toEqual(counted({ deadLettered: 1 }));
  });

  test('gets events that are too old', async () => {
    const running = await begin();
    const hook = await target(...Array.from({ length: 100 }, () => 500));
    const RetryPolicy = { MaximumEventAgeInSeconds: 60 };
    await rule(running, { Arn: hook.arn, RetryPolicy, DeadLetterConfig: { Arn: DEAD } });
    await put(running, { n: 1 });
    await running.endpoint.settled();
    const { EXHAUSTED_RETRY_CONDITION, RETRY_ATTEMPTS } = messagesIn('dead')[0]!.messageAttributes;
    expect(EXHAUSTED_RETRY_CONDITION).toMatchObject({ StringValue: 'MaximumEventAgeInSeconds' });
    expect(Number(RETRY_ATTEMPTS!.StringValue)).toBe(hook.received.length - 1);
    expect(now - NOW).toBeLessThanOrEqual(60_000);
  });

  test('gets what a template made into no JSON, without a try', async () => {
    const running = await begin();
    const hook = await target();
    const InputTransformer = { InputPathsMap: { t: '$.detail.t' }, InputTemplate: '{"text": "<t>"}' };
    await rule(running, { Arn: hook.arn, InputTransformer, DeadLetterConfig: { Arn: DEAD } });
    await put(running, { t: 'fine' }, { t: 'a "quote"' });
    await running.endpoint.settled();
    expect(hook.received.map(({ body }) => body)).toEqual(['{"text":"fine"}']);
    expect(messagesIn('dead')[0]!.messageAttributes).toMatchObject({ ERROR_CODE: { StringValue: 'INVALID_JSON' } });
  });

  test('that is not there either: the event is lost, counted and told', async () => {
    const told: [object, string][] = [];
    const tell = (fields: object, message: string): void => void told.push([fields, message]);
    const running = await begin({ log: { info: tell, warn: tell, error: tell } });
    const hook = await target(404);
    await rule(running, { Arn: hook.arn, DeadLetterConfig: { Arn: `${DEAD}-gone` } });
    await put(running, { n: 1 });
    await running.endpoint.settled();
    expect(running.endpoint.counters).toEqual(counted({ failed: 1 }));
    expect(told).toEqual([
      [expect.objectContaining({ queue: `${DEAD}-gone`, queueCode: 'NO_RESOURCE' }), expect.any(String)],
      [expect.objectContaining({ rule: 'all', target: 't0', code: 'SDK_CLIENT_ERROR' }), expect.any(String)],
    ]);
  });
});

describe('a log group', () => {
  test('has the transformed event before PutEvents answers', async () => {
    const running = await begin();
    const InputTransformer = { InputPathsMap: { n: '$.detail.n' }, InputTemplate: '"paid <n>"' };
    await rule(running, { Arn: LOG_ARN, InputTransformer });
    await put(running, { n: 7 });
    expect(running.endpoint.log(LOG)).toEqual(['"paid 7"']);
  });
});

describe('deliveries under way', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'deliveries-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  /** A pause that never ends by itself: what fails once waits until the endpoint stops. */
  const pause = (_: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

  test('go on at the next start, with the age that they have; what was over does not come again', async () => {
    const hook = await target(200, 500, 500);
    const first = await start({ ...ports(), dir, pause });
    await rule(first, { Arn: hook.arn, RetryPolicy: { MaximumEventAgeInSeconds: 60 } });
    for (let n = 0; n < 3; n++) {
      await put(first, { n });
      while (hook.received.length <= n) await new Promise(setImmediate);
    }
    await first.stop();
    expect(await readdir(dir)).toContain('deliveries.ndjson');

    now += 30_000;
    const second = await start({ ...ports(), dir, pause });
    await second.endpoint.settled();
    expect(detailsIn(hook.received.map(({ body }) => body)).slice(3)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(second.endpoint.counters).toEqual(counted({ delivered: 2 }));
    await second.stop();
    expect(await readdir(dir)).toEqual(['eventbridge.json']);
  });

  test('outlive a killed process, and what its last write left half', async () => {
    const hook = await target(500);
    const first = await start({ ...ports(), dir, pause });
    await rule(first, { Arn: hook.arn });
    await put(first, { n: 1 });
    const file = join(dir, 'deliveries.ndjson');
    const text = await readFile(file, 'utf8');
    await first.stop();
    const { writeFile } = await import('node:fs/promises');
    await writeFile(file, `${text}{"taken":{"id":"half`);
    const second = await start({ ...ports(), dir, pause });
    await second.endpoint.settled();
    expect(detailsIn(hook.received.map(({ body }) => body)).at(-1)).toEqual({ n: 1 });
    await second.stop();
  });

  test('that would fill the memory are refused for now, entry by entry', async () => {
    const hook = await target(...Array.from({ length: 200 }, () => 500));
    const running = keep(await start({ ...ports(), pause }));
    await rule(running, { Arn: hook.arn });
    const large = { text: 'x'.repeat(900_000) };
    const codes: (string | undefined)[] = [];
    for (let n = 0; n < 80; n++) codes.push((await put(running, large)).Entries![0]!.ErrorCode);
    const taken = codes.filter((code) => code === undefined).length;
    expect(taken).toBeGreaterThan(70);
    expect(codes.slice(taken)).toEqual(codes.slice(taken).map(() => 'ThrottlingException'));
    expect(codes.slice(taken).length).toBeGreaterThan(0);
  });
});
