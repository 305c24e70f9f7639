import type { Envelope } from '../../events/envelope.ts';
import { functionTarget } from '../../processors/replay/targets/function.ts';
import { claimsIn } from '../support/given/claims.ts';
import { envelopeOf } from '../support/given/envelopes.ts';
import { MemoryFunction } from '../support/memory/memoryFunction.ts';
import { replayTargetContract } from './replayTargetContract.ts';

const RETRY = { retries: 3, minTimeout: 1, maxTimeout: 1 };

interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: { readonly MessageGroupId: string };
}
const recordsIn = (event: unknown): Message[] => (event as { Records: Message[] }).Records;
const envelopesIn = (event: unknown): Envelope[] => recordsIn(event).map(({ body }) => JSON.parse(body) as Envelope);
const targetOf = (handler: (event: unknown) => unknown) =>
  functionTarget({ remote: new MemoryFunction(handler), claims: claimsIn(), system: 'reviewer', retry: RETRY });
const eventsOf = (count: number, partitionKey = 'item'): Envelope[] =>
  Array.from({ length: count }, (_, i) => envelopeOf({ n: i }, { id: `e${i}`, partitionKey, sequence: String(i) }));

replayTargetContract(async () => {
  const all: Envelope[] = [];
  let calls = 0;
  const target = targetOf((event) => {
    if (++calls === 2) throw new Error('in passing');
    const [first, ...rest] = recordsIn(event);
    // The first message of every third call fails in passing.
    const isFailing = calls % 3 === 0 && first;
    const key = isFailing ? first.attributes.MessageGroupId : undefined;
    const taken = isFailing ? rest.filter(({ attributes }) => attributes.MessageGroupId !== key) : recordsIn(event);
    all.push(...taken.map(({ body }) => JSON.parse(body) as Envelope));
    return isFailing ? { batchItemFailures: [{ itemIdentifier: first.messageId }] } : undefined;
  });
  return { target, received: async () => all };
});

test('what it names comes again, with all behind it of its key', async () => {
  const calls: string[][] = [];
  const target = targetOf((event) => {
    calls.push(envelopesIn(event).map(({ metadata }) => metadata.id));
    return calls.length > 1 ? {} : { batchItemFailures: [{ itemIdentifier: recordsIn(event)[2]?.messageId }] };
  });
  await target.send(eventsOf(5));
  expect(calls).toEqual([
    ['e0', 'e1', 'e2', 'e3', 'e4'],
    ['e2', 'e3', 'e4'],
  ]);
});

test.each([{ itemIdentifier: '' }, { itemIdentifier: 'none' }, { itemIdentifier: null }, { id: 'e0' }, null])(
  'where it names %j, the whole batch comes again',
  async (failure) => {
    const calls: number[] = [];
    const target = targetOf((event) => {
      calls.push(recordsIn(event).length);
      return calls.length > 1 ? { batchItemFailures: null } : { batchItemFailures: [failure] };
    });
    await target.send(eventsOf(3));
    expect(calls).toEqual([3, 3]);
  },
);

test('a call is within 6 MB, whatever JSON makes of a text', async () => {
  const sizes: number[] = [];
  const target = targetOf((event) => void sizes.push(Buffer.byteLength(JSON.stringify(event))));
  const text = '\u0001'.repeat(33_000);
  await target.send(Array.from({ length: 40 }, (_, i) => envelopeOf({ text }, { id: `e${i}`, partitionKey: 'item' })));
  expect(sizes.length).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(6 * 1024 * 1024);
});

test('one that goes on failing stops the replay, when no call is under way any more', async () => {
  let [under, calls] = [0, 0];
  const target = targetOf(async (event) => {
    calls++;
    under++;
    await new Promise((resolve) => setImmediate(resolve));
    under--;
    return { batchItemFailures: recordsIn(event).map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
  const events = ['a', 'b', 'c'].flatMap((key) => eventsOf(2, key).map((event) => event));
  await expect(target.send(events)).rejects.toMatchObject({
    code: 'PUBLISH_FAILED',
    retry: true,
    message: expect.stringMatching(/function did not take .* e0/),
  });
  expect(under).toBe(0);
  expect(calls).toBe(3 * 4);
});
