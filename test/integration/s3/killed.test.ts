import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Bench, BUCKET, clientOf } from './endpoint.ts';

/** A body that says whose it is, so that a mixture or a part would be seen. Some fit in one write, some do not. */
const bodyOf = (key: string, version: number): Buffer =>
  Buffer.alloc(version % 3 === 0 ? 2_500_000 : 20_000, `${key}@${version};`);

const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});

async function serve(dir: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(__dirname, 'serve.cjs'), dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (line) => resolve(String(line).trim()));
    child.once('exit', (code) => reject(new Error(`the endpoint ended with ${code}`)));
  });
  return { child, url };
}

const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once('exit', () => resolve()));

/** What the writers know: the last version that was acknowledged, and whether a later one was sent. */
type Known = Map<string, { acknowledged: number; sent: number }>;

const total = (known: Known): number => [...known.values()].reduce((sum, entry) => sum + entry.acknowledged + 1, 0);

/** Resolves amid the writing, some milliseconds after so many were acknowledged: the machine's speed does not matter. */
async function acknowledged(known: Known, count: number): Promise<void> {
  while (total(known) < count) await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 10));
}

async function writeUntilCut(client: S3Client, writer: number, known: Known): Promise<void> {
  for (let n = 0; ; n++) {
    const Key = `writer-${writer}/${n % 7}`;
    const entry = known.get(Key) ?? { acknowledged: -1, sent: -1 };
    const version = entry.sent + 1;
    known.set(Key, { ...entry, sent: version });
    try {
      await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: bodyOf(Key, version) }));
    } catch {
      return;
    }
    known.set(Key, { acknowledged: version, sent: version });
  }
}

test('a SIGKILL at any moment leaves each object whole: the acknowledged version, or the one on its way', async () => {
  const bench = new Bench('a folder');
  const dir = bench.dir ?? '';
  const known: Known = new Map();
  let { child, url } = await serve(dir);
  await clientOf(url).send(new CreateBucketCommand({ Bucket: BUCKET }));
  for (let round = 0; round < 4; round++) {
    const client = clientOf(url);
    const writers = Array.from({ length: 6 }, (_, writer) => writeUntilCut(client, writer, known));
    await acknowledged(known, total(known) + 15 + round * 13);
    const gone = ended(child);
    child.kill('SIGKILL');
    await Promise.all([gone, ...writers]);
    ({ child, url } = await serve(dir));
    await checkAll(clientOf(url), known);
  }
  const gone = ended(child);
  child.kill('SIGKILL');
  await gone;
  await bench.remove();
});

async function checkAll(client: S3Client, known: Known): Promise<void> {
  const listed = new Set<string>();
  for await (const page of paginateListObjectsV2({ client }, { Bucket: BUCKET })) {
    for (const { Key } of page.Contents ?? []) listed.add(Key ?? '');
  }
  for (const [Key, entry] of known) {
    if (!listed.has(Key)) {
      expect(entry.acknowledged).toBe(-1);
      known.set(Key, { acknowledged: -1, sent: -1 });
      continue;
    }
    const { Body, ETag } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    const found = Buffer.from((await Body?.transformToByteArray()) ?? []);
    const version = [entry.acknowledged, entry.sent].find((candidate) => found.equals(bodyOf(Key, candidate)));
    expect(version).toBeDefined();
    expect(ETag).toBe(`"${createHash('md5').update(found).digest('hex')}"`);
    known.set(Key, { acknowledged: version ?? -1, sent: version ?? -1 });
  }
}

test('the start drops what a kill left behind, and nothing else', async () => {
  const bench = await new Bench('a folder').startWithBucket();
  const folder = join(bench.dir ?? '', 's3', BUCKET);
  const put = (Key: string) => bench.client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }));
  for (const key of ['kept', 'kept', 'deleted']) await put(key);
  await bench.client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'deleted' }));
  await bench.stop();
  writeFileSync(join(folder, 'bodies', 'half-a-body'), 'half');
  writeFileSync(join(folder, 'objects', 'torn.json.new'), '{"key":');
  await bench.start();
  expect(readdirSync(join(folder, 'bodies'))).toHaveLength(1);
  expect(readdirSync(join(folder, 'objects'))).toHaveLength(1);
  const { Body } = await bench.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'kept' }));
  expect(await Body?.transformToString()).toBe('kept');
  await bench.remove();
});

test.each([20, 3_000_000])('a body of %i bytes that was cut short is an error, never a part', async (length) => {
  const bench = await new Bench('a folder').startWithBucket();
  await bench.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a', Body: Buffer.alloc(length) }));
  const bodies = join(bench.dir ?? '', 's3', BUCKET, 'bodies');
  truncateSync(join(bodies, readdirSync(bodies)[0] ?? ''), length - 1);
  await expect(bench.client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'a' }))).rejects.toMatchObject({
    name: 'InternalError',
  });
  await bench.remove();
});

test('a damaged folder is told at start, with the file', async () => {
  const bench = await new Bench('a folder').startWithBucket();
  await bench.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a', Body: 'a' }));
  await bench.stop();
  const objects = join(bench.dir ?? '', 's3', BUCKET, 'objects');
  const [record = ''] = readdirSync(objects);
  writeFileSync(join(objects, record), '{}');
  await expect(bench.start()).rejects.toMatchObject({
    code: 'ARCHIVE_BROKEN',
    message: expect.stringContaining(record),
  });
  await bench.remove();
});
