import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { linesOf } from '../../../infra/feed/linesOf.ts';

const folder = mkdtempSync(join(tmpdir(), 'afterwrite-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(name: string, body: string | Buffer): Promise<string[]> {
  const file = join(folder, name);
  writeFileSync(file, body);
  return all(file);
}

async function all(file: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(file)) lines.push(line);
  return lines;
}

test.each([
  ['plain.ndjson', '{"a":1}\n{"b":2}\n'],
  ['fromWindows.ndjson', '{"a":1}\r\n{"b":2}\r\n'],
  ['withItsMark.ndjson', '\uFEFF{"a":1}\n{"b":2}'],
  ['zipped.ndjson.gz', gzipSync('{"a":1}\n{"b":2}\n')],
  ['zippedInParts.ndjson.gz', Buffer.concat([gzipSync('{"a":1}\n'), gzipSync('{"b":2}\n')])],
])('%s has two lines', async (name, body) => {
  expect(await read(name, body)).toEqual(['{"a":1}', '{"b":2}']);
});

test.each([
  ['cutOff.ndjson.gz', gzipSync('{"a":1}\n'.repeat(1_000)).subarray(0, -9), 'unexpected end of file'],
  ['named.gz', '{"a":1}\n', 'incorrect header check'],
])('%s is told, whatever was read before', async (name, body, reason) => {
  await expect(read(name, body)).rejects.toMatchObject({ code: 'USAGE', message: expect.stringContaining(reason) });
});

test('a file that is not there, and a folder, are told', async () => {
  for (const file of [join(folder, 'nothing'), folder])
    await expect(all(file)).rejects.toMatchObject({ code: 'USAGE' });
});
