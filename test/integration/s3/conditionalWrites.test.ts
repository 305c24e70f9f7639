import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { CopyObjectCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Bench, BUCKET } from './endpoint.ts';

describe.each(['a folder', 'memory'] as const)('conditional writes kept in %s', (keeps) => {
  const bench = new Bench(keeps);
  beforeAll(() => bench.startWithBucket());
  afterAll(() => bench.remove());

  const put = (Key: string, Body: string, more: object = {}) =>
    bench.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body, ...more }));
  const read = async (Key: string) =>
    (await bench.client.send(new GetObjectCommand({ Bucket: BUCKET, Key }))).Body?.transformToString();

  async function race(writers: Promise<unknown>[]): Promise<number> {
    const outcomes = await Promise.allSettled(writers);
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ name: 'PreconditionFailed' });
    }
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    return winner;
  }

  test('of 20 writers of a new key one wins, and its body is what stays', async () => {
    for (let round = 0; round < 5; round++) {
      const key = `race-${round}`;
      const bodies = Array.from({ length: 20 }, (_, writer) => `${writer} `.repeat(10 + 20_000 * (writer % 3)));
      const winner = await race(bodies.map((body) => put(key, body, { IfNoneMatch: '*' })));
      expect(await read(key)).toBe(bodies[winner]);
    }
    // The losers' bodies are gone.
    if (bench.dir !== undefined) expect(readdirSync(join(bench.dir, 's3', BUCKET, 'bodies'))).toHaveLength(5);
  });

  test('of 20 writers who saw the same version one wins', async () => {
    const { ETag } = await put('versioned', 'first');
    const winner = await race(
      Array.from({ length: 20 }, (_, writer) => put('versioned', `${writer}`, { IfMatch: ETag })),
    );
    expect(await read('versioned')).toBe(`${winner}`);
  });

  test('a version that is not there', async () => {
    await expect(put('absent', 'x', { IfMatch: '"abc"' })).rejects.toMatchObject({ name: 'NoSuchKey' });
    await put('present', 'x');
    await expect(put('present', 'y', { IfMatch: '"abc"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await read('present')).toBe('x');
  });

  test('copies obey as well', async () => {
    await put('source', 's');
    const copy = { Bucket: BUCKET, Key: 'source-copy', CopySource: `${BUCKET}/source`, IfNoneMatch: '*' };
    await bench.client.send(new CopyObjectCommand(copy));
    await expect(bench.client.send(new CopyObjectCommand(copy))).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  test('a delete while a conditional write is under way: 409, try again', async () => {
    const { ETag } = await put('contended', 'old');
    const socket = connect(Number(new URL(bench.url).port), '127.0.0.1');
    const answer = new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (piece) => {
        text += piece;
      });
      socket.on('close', () => resolve(text));
    });
    const head = [
      `PUT /${BUCKET}/contended HTTP/1.1`,
      'host: x',
      'connection: close',
      'content-length: 4',
      `if-match: ${ETag}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\nne`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await bench.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'contended' }));
    socket.write('w!');
    expect(await answer).toMatch(/^HTTP\/1.1 409 [\s\S]*<Code>ConditionalRequestConflict<\/Code>/);
    await expect(read('contended')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('other conditions are refused, not ignored', async () => {
    await expect(put('other', 'x', { IfNoneMatch: '"abc"' })).rejects.toMatchObject({ name: 'NotImplemented' });
    await expect(
      bench.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'other', IfMatch: '*' })),
    ).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});
