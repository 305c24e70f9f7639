import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { Envelope } from '../../events/envelope.ts';
import { busTarget } from '../../processors/replay/targets/bus.ts';
import { fileTarget } from '../../processors/replay/targets/file.ts';
import { httpTarget } from '../../processors/replay/targets/http.ts';
import { lineTarget } from '../../processors/replay/targets/lines.ts';
import { queueTarget } from '../../processors/replay/targets/queue.ts';
import { type HttpTarget, httpTarget as startHook } from '../integration/eventbridge/httpTarget.ts';
import { claimsIn } from '../support/given/claims.ts';
import { envelopeOf } from '../support/given/envelopes.ts';
import { MemoryArchive } from '../support/memory/memoryArchive.ts';
import { MemoryBus } from '../support/memory/memoryBus.ts';
import { MemoryQueue } from '../support/memory/memoryQueue.ts';
import { MemoryTarget } from '../support/memory/memoryTarget.ts';
import { replayTargetContract } from './replayTargetContract.ts';

const parse = (text: string): Envelope => JSON.parse(text);
const linesOf = (text: string): Envelope[] => text.split('\n').slice(0, -1).map(parse);
const RETRY = { retries: 3, minTimeout: 1, maxTimeout: 1 };

describe('in memory', () => {
  replayTargetContract(async () => {
    const target = new MemoryTarget();
    return { target, received: async () => target.envelopes };
  });
});

describe('a bus', () => {
  replayTargetContract(async () => {
    const bus = new MemoryBus();
    bus.stutters = 3;
    const target = busTarget({ bus, claims: claimsIn(), system: 'reviewer', retry: RETRY });
    return { target, received: async () => bus.taken.map(({ detail }) => parse(detail)) };
  });

  test('a large event goes as a claim, with its replay id', async () => {
    const [bus, archive] = [new MemoryBus(), new MemoryArchive()];
    const target = busTarget({ bus, claims: claimsIn(archive), system: 'reviewer' });
    const data = { error: 'x'.repeat(300 * 1024) };
    await target.send([envelopeOf(data, { replay: { id: 'replay-1' } })]);
    const [sent] = bus.taken.map(({ detail }) => parse(detail));
    expect(sent).toMatchObject({ metadata: { replay: { id: 'replay-1' } }, data: null });
    const kept = gunzipSync(await archive.get(sent?.metadata.claim?.key ?? '')).toString();
    expect(JSON.parse(kept)).toEqual(data);
  });

  test('an event that the bus will never take is told, and stops the replay', async () => {
    const bus = new MemoryBus(() => ({ ok: false, code: 'Never', message: '', retry: false }));
    const target = busTarget({ bus, claims: claimsIn(), system: 'reviewer' });
    await expect(target.send([envelopeOf({})])).rejects.toMatchObject({
      code: 'PUBLISH_REFUSED',
      message: expect.stringMatching(/e1.*Never/),
    });
  });
});

describe('a queue', () => {
  replayTargetContract(async () => {
    const queue = new MemoryQueue();
    queue.stutters = 3;
    const target = queueTarget({ queue, claims: claimsIn(), system: 'reviewer', retry: RETRY });
    return { target, received: async () => queue.taken.map(({ body }) => parse(body)) };
  });

  test('a portion that comes again is dropped; the same event of another replay is not', async () => {
    const queue = new MemoryQueue();
    const target = queueTarget({ queue, claims: claimsIn(), system: 'reviewer' });
    for (const id of ['a', 'a', 'b']) await target.send([envelopeOf({}, { replay: { id } })]);
    expect(queue.taken.map(({ body }) => parse(body).metadata.replay)).toEqual([{ id: 'a' }, { id: 'b' }]);
  });
});

describe('an endpoint', () => {
  const hooks: HttpTarget[] = [];
  const hookOf = async (...answers: Parameters<typeof startHook>): Promise<HttpTarget> => {
    const hook = await startHook(...answers);
    hooks.push(hook);
    return hook;
  };
  afterEach(async () => {
    for (const hook of hooks.splice(0)) await hook.stop();
  });

  replayTargetContract(async () => {
    const hook = await hookOf(503, 429);
    const target = httpTarget({ url: hook.url, headers: {}, retry: RETRY });
    const received = async (): Promise<Envelope[]> => {
      const all = hook.received.map(({ body }) => parse(body));
      // What was refused in passing came before, and again.
      return all.filter((one, i) => !all.slice(i + 1).some(({ metadata }) => metadata.id === one.metadata.id));
    };
    return { target, received };
  });

  test('it is given the secret, and one that refuses is not asked again', async () => {
    const hook = await hookOf(200, 403);
    const target = httpTarget({ url: hook.url, headers: { authorization: 'Bearer s3cret' }, retry: RETRY });
    await target.send([envelopeOf({})]);
    expect(hook.received[0]?.headers).toMatchObject({ authorization: 'Bearer s3cret' });
    const refused = target.send([envelopeOf({})]);
    await expect(refused).rejects.toMatchObject({ code: 'PUBLISH_REFUSED', message: expect.stringMatching(/e1: 403/) });
    expect(String(await refused.catch((error: unknown) => error))).not.toContain('s3cret');
    expect(hook.received).toHaveLength(2);
  });

  test('a redirection is not followed: it would carry the secret elsewhere', async () => {
    const hook = await hookOf((response) => void response.writeHead(307, { location: '/elsewhere' }).end());
    const target = httpTarget({ url: hook.url, headers: {}, retry: RETRY });
    await expect(target.send([envelopeOf({})])).rejects.toMatchObject({ code: 'PUBLISH_REFUSED' });
    expect(hook.received).toHaveLength(1);
  });

  test('one that is away is PUBLISH_FAILED', async () => {
    const hook = await hookOf();
    const target = httpTarget({ url: hook.url, headers: {}, retry: RETRY });
    await hook.stop();
    hooks.pop();
    await expect(target.send([envelopeOf({})])).rejects.toMatchObject({ code: 'PUBLISH_FAILED', retry: true });
  });
});

describe.each(['events.ndjson', 'events.ndjson.gz'])('the file %s', (name) => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'afterwrite-file-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  replayTargetContract(async () => {
    const path = join(folder, name);
    const received = async (): Promise<Envelope[]> => {
      const body = readFileSync(path);
      return linesOf((name.endsWith('.gz') ? gunzipSync(body) : body).toString());
    };
    return { target: fileTarget(path), received };
  });

  test('a file that is there is not written over', async () => {
    const path = join(folder, name);
    writeFileSync(path, 'mine');
    await expect(fileTarget(path).check()).rejects.toMatchObject({ code: 'USAGE' });
    await expect(fileTarget(path).open(undefined)).rejects.toMatchObject({ code: 'USAGE' });
    await expect(fileTarget(join(path, 'below')).open(undefined)).rejects.toMatchObject({ code: 'USAGE' });
    await expect(fileTarget(path).open(5)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(fileTarget(`${path}.gone`).open(5)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });
});

describe('lines', () => {
  replayTargetContract(async () => {
    const stream = new PassThrough({ highWaterMark: 10_000_000 });
    let text = '';
    const received = async (): Promise<Envelope[]> => {
      text += stream.read() ?? '';
      return linesOf(text);
    };
    return { target: lineTarget('stdout', stream), received };
  });
});
