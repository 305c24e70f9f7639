import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { memorySeenStore } from '../../../events/subscriber/memorySeenStore.ts';
import type { Result } from '../../../events/subscriber/result.ts';
import { type SubscribeOptions, subscribe } from '../../../events/subscriber/subscribe.ts';
import { upcast } from '../../../events/subscriber/upcast.ts';
import { busEvent, noted, noteOf, notes, sqsRecord } from '../../support/given/envelopes.ts';
import { MemoryClaims } from '../../support/memory/memoryClaims.ts';

/** A subscriber that keeps what it is given, and everything that is told about it. */
function listening(options: SubscribeOptions = {}, declared = notes) {
  const got: unknown[] = [];
  const results: Result[] = [];
  const lines: { level: string; message: string; [field: string]: unknown }[] = [];
  const line = (level: string) => (fields: object, message: string) => void lines.push({ level, message, ...fields });
  const log = { info: line('info'), warn: line('warn'), error: line('error') };
  const subscriber = subscribe(
    declared,
    { Noted: ({ data }) => void got.push(data) },
    { log, onResult: (result) => void results.push(result), ...options },
  );
  const outcomes = (): string[] => results.map(({ outcome, reason }) => reason ?? outcome);
  return { subscriber, got, results, lines, outcomes };
}

describe('what is of no concern', () => {
  test.each([
    ['other-system', busEvent(noteOf(1), 'afterwrite.incidents')],
    ['other-system', busEvent(noteOf(1), 'aws.s3')],
    ['other-system', { source: 'aws.s3', 'detail-type': 'Object Created', detail: { bucket: 'b' } }],
    ['other-system', noteOf(1, { dataSchema: 'afterwrite/incidents/Noted/1' })],
    ['unknown-type', busEvent(noteOf(1, { type: 'Forgotten' }))],
    ['unknown-type', busEvent(noteOf(1, { type: 'constructor' }))],
    ['newer-version', busEvent(noteOf(1, { version: 2 }))],
  ])('is ignored, and not remembered: %s', async (reason, event) => {
    const { subscriber, got, outcomes } = listening();
    await subscriber(event);
    await subscriber(event);
    expect(outcomes()).toEqual([reason, reason]);
    expect(got).toEqual([]);
  });

  test('an event that nobody handles is ignored', async () => {
    const results: Result[] = [];
    await subscribe(notes, {}, { onResult: (result) => void results.push(result) })(busEvent(noteOf(1)));
    expect(results).toMatchObject([{ outcome: 'ignored', reason: 'no-handler' }]);
  });

  test('a newer version leaves room for the one that is known, which has the same id; the log tells', async () => {
    const { subscriber, got, outcomes, lines } = listening();
    await subscriber(busEvent(noteOf(1, { version: 2 })));
    await subscriber(busEvent(noteOf(1)));
    expect(outcomes()).toEqual(['newer-version', 'handled']);
    expect(got).toEqual([{ n: 1 }]);
    expect(lines).toMatchObject([{ level: 'warn', type: 'Noted', version: 2, id: 'e1' }]);
  });
});

describe('data', () => {
  test('has the fields that are declared; what a later version added is stripped', async () => {
    const { subscriber, got } = listening();
    const { metadata } = noteOf(1);
    await subscriber(busEvent({ metadata: { ...metadata, ...{ added: true } }, data: { n: 1, added: 'later' } }));
    expect(got).toEqual([{ n: 1 }]);
  });

  test('that is not as declared fails, by the names of its fields, and is tried again', async () => {
    const { subscriber, lines, outcomes } = listening();
    const broken = busEvent({ ...noteOf(1), data: { n: 'secret' } });
    await expect(subscriber(broken)).rejects.toMatchObject({ code: 'EVENT_UNREADABLE', retry: false });
    await expect(subscriber(broken)).rejects.toThrow('Noted 1 of REVIEW#r1 / VERSION#1 is not as declared: data.n');
    await subscriber(busEvent(noteOf(1)));
    expect(outcomes()).toEqual(['failed', 'failed', 'handled']);
    expect(JSON.stringify(lines)).not.toContain('secret');
  });

  test.each([
    ['no envelope', { ...busEvent(noteOf(1)), detail: { hello: 1 } }],
    ['nothing', undefined],
    ['a sequence that is none', noteOf(1, { sequence: 'x' })],
  ])('in %s fails', async (_, event) => {
    await expect(listening().subscriber(event)).rejects.toMatchObject({ code: 'EVENT_UNREADABLE' });
  });
});

describe('versions', () => {
  const third = { name: 'reviewer', events: [noted(3)] };
  const upcasts = {
    Noted: {
      1: upcast(z.object({ one: z.number() }), (v1) => ({ two: v1.one })),
      2: upcast(z.object({ two: z.number() }), (v2) => ({ n: v2.two })),
    },
  };
  const old = (version: number, data: object) => ({ ...noteOf(0, { version, id: `v${version}` }), data });

  test('an old one goes up step by step', async () => {
    const { subscriber, got } = listening({ upcasts }, third);
    await subscriber(old(1, { one: 1 }));
    await subscriber(old(2, { two: 2 }));
    await subscriber(old(3, { n: 3 }));
    expect(got).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  test('an old one that is not as its step says, or whose step makes something else, fails', async () => {
    const { subscriber } = listening({ upcasts }, third);
    await expect(subscriber(old(1, { other: 1 }))).rejects.toThrow(
      'Noted 1 of REVIEW#r1 / VERSION#1 is not as declared: data.one',
    );
    const wrong = { Noted: { 2: upcast(z.object({ two: z.number() }), () => ({})) } };
    await expect(listening({ upcasts: wrong }, third).subscriber(old(2, { two: 2 }))).rejects.toThrow('Noted 3 of');
  });

  test('an old one without steps fails, unless the newer one beside it has been handled', async () => {
    const { subscriber, got, outcomes } = listening({ upcasts: { Noted: { 1: upcasts.Noted[1] } } }, third);
    await expect(subscriber(noteOf(1, { version: 1 }))).rejects.toMatchObject({ code: 'EVENT_UNREADABLE' });
    await expect(subscriber(old(1, { one: 1 }))).rejects.toMatchObject({
      mend: 'add upcasts: { Noted: { 2: upcast(…) } }; then let it be delivered again',
    });
    await subscriber(noteOf(1, { version: 3 }));
    await subscriber(noteOf(1, { version: 1 }));
    expect(outcomes()).toEqual(['failed', 'failed', 'handled', 'duplicate']);
    expect(got).toEqual([{ n: 1 }]);
  });

  test('of two that are declared beside each other, the first to come is handled', async () => {
    const both = { name: 'reviewer', events: [noted(1), noted(2)] };
    const { subscriber, got, outcomes } = listening({}, both);
    await subscriber(noteOf(1));
    await subscriber(noteOf(1, { version: 2 }));
    expect(outcomes()).toEqual(['handled', 'duplicate']);
    expect(got).toEqual([{ n: 1 }]);
  });
});

describe('once', () => {
  test('a duplicate is dropped; a replay is history of its own, once for each replay', async () => {
    const { subscriber, outcomes } = listening({ dropStale: true });
    await subscriber(noteOf(1, { sequence: '200' }));
    await subscriber(noteOf(1, { sequence: '200' }));
    for (const id of ['a', 'a', 'b']) await subscriber(noteOf(1, { sequence: '200', replay: { id } }));
    await subscriber(noteOf(2, { id: 'e2', sequence: '100', replay: { id: 'c' } }));
    await subscriber(noteOf(2, { id: 'e2', sequence: '100' }));
    expect(outcomes()).toEqual(['handled', 'duplicate', 'handled', 'duplicate', 'handled', 'handled', 'stale']);
  });

  test('only with dropStale is an earlier change dropped; another event of the same change never is', async () => {
    for (const [dropStale, outcome] of [
      [false, 'handled'],
      [true, 'stale'],
    ] as const) {
      const { subscriber, outcomes, lines } = listening({ dropStale });
      await subscriber(noteOf(1, { id: 'a', sequence: '100' }));
      await subscriber(noteOf(2, { id: 'b', sequence: '100' }));
      await subscriber(noteOf(3, { id: 'c', sequence: '99' }));
      await subscriber(noteOf(3, { id: 'd', sequence: '99', partitionKey: 'another item' }));
      await subscriber(noteOf(3, { id: 'c', sequence: '99' }));
      expect(outcomes()).toEqual(['handled', 'handled', outcome, 'handled', dropStale ? 'stale' : 'duplicate']);
      expect(lines.map(({ sequence }) => sequence)).toEqual(dropStale ? ['99', '99'] : []);
    }
  });

  test('a handler that fails is told with its own error, not logged with its words, and tried again', async () => {
    const results: Result[] = [];
    const lines: string[] = [];
    const keep = (fields: object, text: string) => void lines.push(JSON.stringify({ text, ...fields }));
    let tries = 0;
    const subscriber = subscribe(
      notes,
      {
        Noted: () => {
          if (tries++ === 0) throw new TypeError('the body of the item');
        },
      },
      { onResult: (result) => void results.push(result), log: { info: keep, warn: keep, error: keep } },
    );
    await expect(subscriber(busEvent(noteOf(1)))).rejects.toThrow('the body of the item');
    await subscriber(busEvent(noteOf(1)));
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'handled']);
    expect(results[0]?.error).toBeInstanceOf(TypeError);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/TypeError.*subscribe\.test/);
    expect(lines[0]).not.toContain('body of the item');
  });

  test('what is being handled elsewhere is put back, and may be taken over when the time of that is over', async () => {
    let now = 0;
    const clock = { now: () => now };
    const seen = memorySeenStore({ clock });
    let end = (): void => {};
    const slow = subscribe(
      notes,
      {
        Noted: () =>
          new Promise<void>((resolve) => {
            end = resolve;
          }),
      },
      { seen, clock },
    );
    const first = slow(busEvent(noteOf(1)), { getRemainingTimeInMillis: () => 5_000 });
    await new Promise((resolve) => setImmediate(resolve));
    const other = listening({ seen, clock });
    now = 4_999;
    await expect(other.subscriber(busEvent(noteOf(1)))).rejects.toMatchObject({ code: 'EVENT_BUSY', retry: true });
    now = 5_000;
    await other.subscriber(busEvent(noteOf(1)));
    expect(other.outcomes()).toEqual(['busy', 'handled']);
    end();
    await first;
  });

  test('counting that throws changes nothing', async () => {
    const { subscriber, got, lines } = listening({
      onResult: () => {
        throw new Error('no counter');
      },
    });
    await subscriber(busEvent(noteOf(1)));
    expect(got).toEqual([{ n: 1 }]);
    expect(lines).toMatchObject([{ level: 'error', error: 'Error' }]);
  });
});

describe('claims', () => {
  const json = JSON.stringify({ n: 7 });
  const claim = { bucket: 'b', key: 'k', bytes: json.length, sha256: createHash('sha256').update(json).digest('hex') };
  const claimed = { ...noteOf(0, { claim }), data: null };
  const holding = (body: Uint8Array): MemoryClaims => new MemoryClaims().put('b', 'k', body);

  test.each([
    ['plain', Buffer.from(json)],
    ['compressed', gzipSync(json)],
  ])('data that lies in S3 is fetched and proven: %s', async (_, body) => {
    const { subscriber, got } = listening({ claims: holding(body) });
    await subscriber(busEvent(claimed));
    expect(got).toEqual([{ n: 7 }]);
  });

  test.each([
    ['other content', holding(Buffer.from('{"n":8}')), 'CLAIM_BROKEN'],
    ['a torn object', holding(gzipSync(json).subarray(0, 15)), 'CLAIM_BROKEN'],
    ['no store', undefined, 'CLAIM_BROKEN'],
    ['no object', new MemoryClaims(), 'NOT_FOUND'],
  ])('%s fails, and is not done', async (_, claims, code) => {
    const seen = memorySeenStore();
    const { subscriber } = listening({ seen, ...(claims && { claims }) });
    await expect(subscriber(busEvent(claimed))).rejects.toMatchObject({ code });
    const mended = listening({ seen, claims: holding(Buffer.from(json)) });
    await mended.subscriber(busEvent(claimed));
    expect(mended.outcomes()).toEqual(['handled']);
  });

  test('what hashes right and is no JSON is broken too', async () => {
    const sha256 = createHash('sha256').update('{').digest('hex');
    const { subscriber } = listening({ claims: holding(Buffer.from('{')) });
    const torn = { ...noteOf(0, { claim: { ...claim, sha256 } }), data: null };
    await expect(subscriber(torn)).rejects.toMatchObject({ code: 'CLAIM_BROKEN' });
  });
});

describe('a batch of SQS', () => {
  test('brings whole events or details; what is no JSON fails alone', async () => {
    const { subscriber, got } = listening();
    const answer = await subscriber({
      Records: [
        sqsRecord('m1', JSON.stringify(busEvent(noteOf(1)))),
        sqsRecord('m2', '{'),
        sqsRecord('m3', JSON.stringify(noteOf(2, { id: 'e2', partitionKey: 'other' }))),
        sqsRecord('m4', JSON.stringify(busEvent(noteOf(3, { id: 'e3', type: 'Forgotten' })))),
      ],
    });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
    expect(got).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await subscriber({ Records: [] })).toEqual({ batchItemFailures: [] });
  });

  test('of a fair queue, which has groups too, goes on behind a failure in its group', async () => {
    const { subscriber, got } = listening();
    const bodies = ['{', JSON.stringify(noteOf(1))];
    const Records = bodies.map((body, n) => ({ ...sqsRecord(`m${n}`, body), attributes: { MessageGroupId: 'g' } }));
    expect(await subscriber({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: 'm0' }] });
    expect(got).toEqual([{ n: 1 }]);
  });

  test('of one item is taken in the order of its sequences', async () => {
    const { subscriber, got } = listening({ dropStale: true });
    const Records = ['20', '100', '3'].map((sequence, n) =>
      sqsRecord(`m${n}`, JSON.stringify(noteOf(n, { id: `e${n}`, sequence }))),
    );
    expect(await subscriber({ Records })).toEqual({ batchItemFailures: [] });
    expect(got).toEqual([{ n: 2 }, { n: 0 }, { n: 1 }]);
  });
});
