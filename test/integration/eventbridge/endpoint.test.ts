import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateEventBusCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { startEventBridge } from '../../../infra/local/eventbridge/endpoint.ts';
import { detailsIn, entry, LOG, LOG_ARN, type Running, start } from './support.ts';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'eventbridge-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const withRule = async ({ client }: Running) => {
  await client.send(new CreateEventBusCommand({ Name: 'orders' }));
  const EventPattern = JSON.stringify({ source: ['shop'] });
  await client.send(new PutRuleCommand({ Name: 'all', EventBusName: 'orders', EventPattern }));
  const Targets = [{ Id: 'log', Arn: LOG_ARN, RetryPolicy: { MaximumRetryAttempts: 3 } }];
  await client.send(new PutTargetsCommand({ Rule: 'all', EventBusName: 'orders', Targets }));
};
const put = ({ client }: Running, n: number) =>
  client.send(new PutEventsCommand({ Entries: [entry({ n }, { EventBusName: 'orders' })] }));

const LOG_FILE = '_aws_events_seen.ndjson';

describe('on disk', () => {
  test('buses, rules, targets and logs survive a restart', async () => {
    const first = await start({ dir });
    await withRule(first);
    await put(first, 1);
    expect((await readFile(join(dir, 'logs', LOG_FILE), 'utf8')).split('\n')).toHaveLength(2);
    await first.stop();

    const second = await start({ dir });
    const rule = { EventBusName: 'orders', Rule: 'all' };
    const described = await second.client.send(new DescribeRuleCommand({ Name: 'all', EventBusName: 'orders' }));
    expect(described).toMatchObject({ EventPattern: '{"source":["shop"]}', State: 'ENABLED' });
    const { Targets } = await second.client.send(new ListTargetsByRuleCommand(rule));
    expect(Targets).toEqual([{ Id: 'log', Arn: LOG_ARN, RetryPolicy: { MaximumRetryAttempts: 3 } }]);
    await put(second, 2);
    expect(detailsIn(second.endpoint.log(LOG))).toEqual([{ n: 1 }, { n: 2 }]);
    await second.stop();
    expect(await readdir(dir)).toEqual(['eventbridge.json', 'logs']);
  });

  test('a line that a crash cut is not read and not built upon', async () => {
    const first = await start({ dir });
    await withRule(first);
    await put(first, 1);
    await first.stop();
    await appendFile(join(dir, 'logs', LOG_FILE), '{"version":"0","det');

    const second = await start({ dir });
    expect(detailsIn(second.endpoint.log(LOG))).toEqual([{ n: 1 }]);
    await put(second, 2);
    expect(detailsIn(second.endpoint.log(LOG))).toEqual([{ n: 1 }, { n: 2 }]);
    await second.stop();
  });

  test('a broken state is named, with what to do', async () => {
    await writeFile(join(dir, 'eventbridge.json'), '{"version":');
    await expect(startEventBridge({ dir })).rejects.toMatchObject({ code: 'USAGE', mend: expect.any(String) });
  });

  test('every answered event of many concurrent calls is in the log once', async () => {
    const running = await start({ dir });
    await withRule(running);
    await Promise.all(Array.from({ length: 200 }, (_, n) => put(running, n)));
    const seen = detailsIn(running.endpoint.log(LOG)) as { n: number }[];
    expect(seen.map(({ n }) => n).sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n));
    await running.stop();
  });
});

describe('HTTP', () => {
  const call = (url: string, options: object, body = ''): Promise<{ status?: number | undefined; body: string }> =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', ...options }, async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode, body: text });
      });
      sent.on('error', reject).end(body);
    });
  const target = (name: string) => ({ headers: { 'x-amz-target': `AWSEvents.${name}` } });

  let running: Running;
  beforeEach(async () => {
    running = await start();
  });
  afterEach(() => running.stop());

  test.each([
    ['an operation it does not have', target('StartReplay'), '{}', 400, 'UnknownOperationException'],
    ['no operation', {}, '{}', 400, 'UnknownOperationException'],
    ['another method', { ...target('ListRules'), method: 'PUT' }, '{}', 400, 'UnknownOperationException'],
    ['no JSON', target('ListRules'), '{', 400, 'SerializationException'],
    ['a list', target('ListRules'), '[]', 400, 'SerializationException'],
    ['a wrong type', target('ListRules'), '{"Limit": "5"}', 400, 'SerializationException'],
    ['a huge body', target('ListRules'), ' '.repeat(8_388_609), 413, 'RequestEntityTooLargeException'],
  ])('%s is an error', async (_, options, body, status, type) => {
    const answer = await call(running.endpoint.url, options, body);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ __type: type, message: expect.any(String) });
  });

  test('stop closes connections that are kept alive, and can be called twice', async () => {
    const agent = new Agent({ keepAlive: true });
    await call(running.endpoint.url, { ...target('ListRules'), agent }, '{}');
    const started = Date.now();
    await Promise.all([running.endpoint.stop(), running.endpoint.stop()]);
    expect(Date.now() - started).toBeLessThan(1_000);
    await expect(call(running.endpoint.url, target('ListRules'), '{}')).rejects.toThrow('ECONNREFUSED');
    agent.destroy();
  });

  test('a port in use is named', async () => {
    const port = Number(new URL(running.endpoint.url).port);
    await expect(startEventBridge({ port })).rejects.toMatchObject({ code: 'PORT_TAKEN', mend: expect.any(String) });
  });
});
