import { PutEventsCommand, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { detailsIn, entry, LOG, LOG_ARN, type Running, start } from './support.ts';

let running: Running;

beforeEach(async () => {
  running = await start();
});
afterEach(() => running.stop());

const put = (...Entries: object[]) => running.client.send(new PutEventsCommand({ Entries }));
const seen = () => detailsIn(running.endpoint.log(LOG));

const rule = async (Name: string, pattern: object, ...arns: string[]) => {
  await running.client.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern) }));
  const Targets = arns.map((Arn, index) => ({ Id: `t${index}`, Arn }));
  await running.client.send(new PutTargetsCommand({ Rule: Name, Targets }));
};

describe('PutEvents', () => {
  test('delivers the envelope of AWS to the log group', async () => {
    await rule('paid', { source: ['shop'], detail: { n: [{ numeric: ['>', 0] }] } }, `${LOG_ARN}:*`);
    const answer = await put(
      entry({ n: 1 }, { Resources: ['arn:r'] }),
      entry({ n: 0 }),
      entry({ n: 2 }, { Time: new Date(1) }),
    );
    expect(answer.FailedEntryCount).toBe(0);
    const ids = answer.Entries!.map(({ EventId }) => EventId);
    expect(new Set(ids).size).toBe(3);
    const envelope = {
      version: '0',
      'detail-type': 'Paid',
      source: 'shop',
      account: '000000000000',
      region: 'us-east-1',
    };
    expect(running.endpoint.log(LOG).map((line) => JSON.parse(line))).toEqual([
      { ...envelope, id: ids[0], time: '2026-11-21T00:00:00Z', resources: ['arn:r'], detail: { n: 1 } },
      { ...envelope, id: ids[2], time: '1970-01-01T00:00:00Z', resources: [], detail: { n: 2 } },
    ]);
  });

  test('refuses entries one by one', async () => {
    await rule('all', { source: [{ prefix: '' }] }, LOG_ARN);
    const { FailedEntryCount, Entries } = await put(
      entry({ n: 1 }),
      entry({}, { Source: undefined }),
      entry({}, { DetailType: 'x'.repeat(129) }),
      entry({}, { Detail: '[]' }),
      entry({}, { Source: 'aws.s3' }),
      entry({ n: 2 }),
    );
    expect(FailedEntryCount).toBe(4);
    expect(Entries!.map(({ ErrorCode }) => ErrorCode)).toEqual([
      ...[
        undefined,
        'InvalidArgument',
        'InvalidArgument',
        'MalformedDetail',
        'NotAuthorizedForSourceException',
        undefined,
      ],
    ]);
    expect(Entries!.every(({ EventId, ErrorCode, ErrorMessage }) => EventId || (ErrorCode && ErrorMessage))).toBe(true);
    expect(seen()).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('succeeds on a bus that does not exist', async () => {
    await rule('all', { source: ['shop'] }, LOG_ARN);
    const other = 'arn:aws:events:us-east-1:000000000000:event-bus/nowhere';
    const answer = await put(entry({}, { EventBusName: 'nowhere' }), entry({}, { EventBusName: other }));
    expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }, {}] });
    expect(seen()).toEqual([]);
    expect(running.endpoint.counters).toEqual({ dropped: 2, delivered: 0, deadLettered: 0, failed: 0 });
  });

  test('takes one to ten entries', async () => {
    await expect(put()).rejects.toMatchObject({ name: 'ValidationException', $metadata: { httpStatusCode: 400 } });
    const eleven = Array.from({ length: 11 }, () => entry({}));
    await expect(put(...eleven)).rejects.toThrow('Member must have length less than or equal to 10');
    await expect(put(...eleven.slice(1))).resolves.toMatchObject({ FailedEntryCount: 0 });
  });

  test('takes a megabyte in total, by the formula of EventBridge', async () => {
    const sized = (size: number) => entry({}, { Detail: `{"a":"${'x'.repeat(size - 'shopPaid{"a":""}'.length)}"}` });
    const half = 524_288;
    await expect(put(sized(half), sized(half))).resolves.toMatchObject({ FailedEntryCount: 0 });
    await expect(put(sized(half), sized(half + 1))).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    });
    await expect(put(sized(half), { ...sized(half), Time: new Date() })).rejects.toThrow('over the limit');
  });

  test('delivers once for every rule and target, and counts what has no target', async () => {
    const queue = 'arn:aws:sqs:us-east-1:000000000000:nobody';
    await rule('one', { source: ['shop'] }, LOG_ARN, queue, LOG_ARN);
    await rule('two', { 'detail-type': ['Paid'] }, LOG_ARN);
    await put(entry({ n: 1 }));
    expect(seen()).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }]);
    await running.endpoint.settled();
    expect(running.endpoint.counters).toEqual({ dropped: 0, delivered: 3, deadLettered: 0, failed: 1 });
  });

  test('finds its rules among the most that a bus may have', async () => {
    for (let n = 0; n < 299; n++) await rule(`r${n}`, { source: ['shop'], detail: { n: [n] } }, LOG_ARN);
    const started = performance.now();
    for (let n = 0; n < 100; n += 10) await put(...Array.from({ length: 10 }, (_, i) => entry({ n: n + i })));
    expect(seen()).toEqual(Array.from({ length: 100 }, (_, n) => ({ n })));
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('refuses a detail that is nested too deep to be walked, and it alone', async () => {
    await rule('all', { source: ['shop'] }, LOG_ARN);
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const { Entries } = await put(entry({ n: 1 }), entry({}, { Detail: deep }), entry({ n: 2 }));
    expect(Entries!.map(({ ErrorCode }) => ErrorCode)).toEqual([undefined, 'MalformedDetail', undefined]);
    expect(seen()).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('keeps the order of calls', async () => {
    await rule('all', { source: ['shop'] }, LOG_ARN);
    for (let n = 0; n < 20; n++) await put(entry({ n, part: 0 }), entry({ n, part: 1 }));
    expect(seen()).toEqual(Array.from({ length: 40 }, (_, i) => ({ n: Math.floor(i / 2), part: i % 2 })));
  });
});
