import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DeleteItemCommand, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Envelope } from '../../../events/envelope.ts';
import { type Built, build } from './build.ts';
import { endAll, jsonLines, Shell } from './command.ts';
import { dynamoOf, type Endpoints, startEndpoints } from './endpoints.ts';

const FILE = join(process.cwd(), 'test/fixtures/terraform-reviews.ndjson.gz');

interface Row {
  readonly replayId: string;
  readonly state: string;
  readonly target: string;
  readonly sent: number;
}

let built: Built;
let endpoints: Endpoints;
let archived: Envelope[];
beforeAll(async () => {
  built = await build();
  endpoints = await startEndpoints(built, join(built.folder, 'home'), '--in-memory');
  const { shell } = endpoints;
  await shell.done('provision');
  await shell.done('feed', FILE, '--limit', '40');
  await shell.done('run', '--until-idle');
  archived = await shell.json<Envelope>('replay', '--to', 'stdout');
});
afterAll(async () => {
  await endpoints?.process.signal('SIGTERM');
  endAll();
  built?.remove();
});

const ids = (envelopes: readonly Envelope[]): string[] => envelopes.map(({ metadata }) => metadata.id);
const fileOf = (path: string): Envelope[] => jsonLines<Envelope>(gunzipSync(readFileSync(path)).toString());

test('into a file, marked and whole; ls and show tell of it; a file that is there is refused', async () => {
  const { shell } = endpoints;
  const path = join(built.folder, 'all.ndjson.gz');
  const [row] = await shell.json<Row>('replay', '--to', `file:${path}`);
  expect(row).toMatchObject({ state: 'done', sent: archived.length });
  const written = fileOf(path);
  expect(ids(written)).toEqual(ids(archived));
  expect(new Set(written.map(({ metadata }) => metadata.replay?.id))).toEqual(new Set([row?.replayId]));
  expect(await shell.json('replay', 'ls')).toContainEqual(row);
  expect(await shell.json('replay', 'show', row?.replayId ?? '')).toEqual([row]);
  expect(await shell.done('replay', 'show', row?.replayId ?? '')).toMatch(/state +done/);
  const again = await shell.run('replay', '--to', `file:${path}`);
  expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/is there already -> .*\[USAGE\]/)]);
  const over = await shell.run('replay', '--resume', row?.replayId ?? '');
  expect([over.code, over.stderr]).toEqual([1, expect.stringMatching(/is done -> /)]);
});

test('stopped by a signal it says how to go on, and going on sends the rest', async () => {
  const { shell } = endpoints;
  const path = join(built.folder, 'slow.ndjson.gz');
  const running = shell.start('replay', '--to', `file:${path}`, '--rate', '1');
  const found = async (): Promise<Row | undefined> =>
    (await shell.json<Row>('replay', 'ls')).find(({ target }) => target === `file:${path}`);
  let row = await found();
  while (!row || row.sent === 0) row = await found();
  expect(row.state).toBe('running');
  const ended = await running.signal('SIGINT');
  expect(ended.code).toBe(1);
  const { replayId } = row;
  expect(ended.stderr).toContain(`afterwrite replay --resume ${replayId}`);
  const [stopped] = await shell.json<Row>('replay', 'show', replayId);
  expect(stopped).toMatchObject({ state: 'stopped' });
  expect(stopped?.sent).toBeLessThan(archived.length);
  await shell.json('replay', 'cancel', 'none').catch((error: Error) => expect(error.message).toMatch(/NOT_FOUND/));
  const second = shell.start('replay', '--resume', replayId);
  expect((await second.signal('SIGKILL')).signal).toBe('SIGKILL');
  const last = shell.start('replay', '--resume', replayId);
  const cancelled = await shell.json<Row>('replay', 'cancel', replayId);
  expect(cancelled[0]).toMatchObject({ state: 'cancelled' });
  expect((await last.ended).code).toBe(1);
}, 300_000);

test('a dry run tells counts, dollars, hours and rules, and sends nothing', async () => {
  const { shell } = endpoints;
  const before = await shell.json('replay', 'ls');
  const [report] = await shell.json<{ events: number }>('replay', '--to', 'bus', '--rate', '10', '--dry-run');
  expect(report).toMatchObject({
    events: archived.length,
    dollars: { sending: archived.length / 1e6, restoring: 0 },
    hours: { sending: archived.length / 36_000, restoring: 0 },
    rules: [{ events: archived.length }],
    cold: { objects: 0 },
  });
  expect(await shell.json('replay', 'ls')).toEqual(before);
  expect(await shell.done('replay', '--to', 'bus', '--dry-run')).toMatch(/events of .* would be sent; nothing was/);
});

test('derived again, it is what was published', async () => {
  const again = await endpoints.shell.json<Envelope>('replay', '--rederive');
  expect(again).toEqual(archived);
});

test('to an endpoint with a token that no argument and no record holds', async () => {
  const seen: { authorization: string | undefined; id: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    seen.push({ authorization: request.headers.authorization, id: (JSON.parse(body) as Envelope).metadata.id });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const shell = new Shell(built, { ...endpoints.environment, HOOK_TOKEN: 's3cret' });
  const [row] = await shell.json<Row>('replay', '--to', url, '--secret-from', 'HOOK_TOKEN');
  expect(row).toMatchObject({ state: 'done', sent: archived.length });
  expect(JSON.stringify(row)).not.toContain('s3cret');
  expect(seen.map(({ id }) => id).sort()).toEqual(ids(archived).sort());
  expect(new Set(seen.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer s3cret']));
  server.close();
  const unset = await endpoints.shell.run('replay', '--to', url, '--secret-from', 'HOOK_TOKEN');
  expect([unset.code, unset.stderr]).toEqual([2, expect.stringMatching(/HOOK_TOKEN is not set/)]);
});

test('to a function that is not there: told before anything is noted', async () => {
  const { shell } = endpoints;
  const before = await shell.json('replay', 'ls');
  const refused = await shell.run('replay', '--to', 'function:none');
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(/none does not exist -> .*\[FUNCTION_MISSING\]/),
  ]);
  const wrong = await shell.run('replay', '--to', 'function:no name');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/function:NAME/)]);
  expect(await shell.json('replay', 'ls')).toEqual(before);
});

test('into the table, and the shadow beside it: what left is back, once, and nothing counts it twice', async () => {
  const { shell, environment } = endpoints;
  const client = dynamoOf(environment);
  const [PK = '', SK = ''] = (archived[0]?.metadata.subject ?? '').split('/');
  const key = { TableName: 'terraform-spacelift-ai-reviewer-reviews-dev', Key: { PK: { S: PK }, SK: { S: SK } } };
  const { Item: before } = await client.send(new GetItemCommand(key));
  expect(before).toBeDefined();
  const mark = { M: { leaving: { S: 'bundle-1' } } };
  const marking = { UpdateExpression: 'SET afterwrite = :mark', ExpressionAttributeValues: { ':mark': mark } };
  await client.send(new UpdateItemCommand({ ...key, ...marking }));
  await client.send(new DeleteItemCommand(key));
  await shell.done('run', '--until-idle');
  const select = ['--to', 'table', '--entity', 'version'];
  const counted = { items: 1, present: 0, putBack: 1, byEntity: { version: 1 }, cold: { objects: 0 } };
  expect(await shell.json('replay', ...select, '--dry-run')).toMatchObject([counted]);
  expect(await shell.done('replay', ...select, '--dry-run')).toMatch(/1 items would be put back, 0 are there/);
  expect((await client.send(new GetItemCommand(key))).Item).toBeUndefined();
  const [row] = await shell.json<Row>('replay', ...select);
  expect(row).toMatchObject({ state: 'done', target: 'table', sent: 1, total: 1, written: 1, present: 0, refused: 0 });
  const { Item: after } = await client.send(new GetItemCommand(key));
  expect(after).toEqual({ ...before, afterwrite: { M: { restored: { S: 'bundle-1' } } } });
  await shell.done('run', '--until-idle');
  expect(await shell.json('replay', ...select, '--dry-run')).toMatchObject([{ items: 0, putBack: 0 }]);
  const events = await shell.run('replay', '--to', 'table', '--type', 'ReviewFailed');
  expect([events.code, events.stderr]).toEqual([2, expect.stringMatching(/--type.* for events/)]);
  expect(await shell.json('replay', '--to', 'shadow')).toMatchObject([{ drift: 0 }]);
  client.destroy();
});
