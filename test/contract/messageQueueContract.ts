import type { MessageQueue, QueueMessage } from '../../shared/ports/messageQueue.ts';

interface Made {
  readonly queue: MessageQueue;
  /** Bodies in the queue; in order where it keeps one. */
  bodies(): Promise<string[]>;
}

const message = (body: string, group = 'g', dedup = body): QueueMessage => ({ body, group, dedup });

/** What every MessageQueue does that keeps order and drops what comes twice. */
export function messageQueueContract(make: () => Promise<Made>): void {
  let made: Made;
  beforeEach(async () => {
    made = await make();
  });

  test('it describes itself, and takes what it is sent', async () => {
    await made.queue.describe();
    const bodies = Array.from({ length: 10 }, (_, i) => JSON.stringify({ i, text: 'é"\\\u{FF5E}' }));
    const outcomes = await made.queue.send(bodies.map((body, i) => message(body, `g${i}`)));
    expect(outcomes).toEqual(bodies.map(() => ({ ok: true })));
    expect((await made.bodies()).sort()).toEqual(bodies.sort());
  });

  test('a message that comes again is dropped', async () => {
    await made.queue.send([message('a'), message('b', 'other')]);
    await made.queue.send([message('a'), message('c', 'other')]);
    expect((await made.bodies()).sort()).toEqual(['a', 'b', 'c']);
  });

  test('groups of any text keep their order', async () => {
    for (const group of ['REVIEW#1/VERSION#1', 'ключ 🗝️', 'k'.repeat(2_000)])
      for (const n of [1, 2, 3]) await made.queue.send([message(`${group.slice(0, 5)} ${n}`, group)]);
    const bodies = await made.bodies();
    expect(bodies).toHaveLength(9);
    for (const group of ['REVIE', 'ключ ', 'kkkkk'])
      expect(bodies.filter((body) => body.startsWith(group))).toEqual([1, 2, 3].map((n) => `${group} ${n}`));
  });
}
