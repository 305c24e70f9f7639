import { request } from 'node:http';
import { connect } from 'node:net';
import { type Given, givenConsole, TOKEN } from '../../support/console/given.ts';
import { hasTold, lastOf, watched } from '../../support/console/watched.ts';
import { adoptForeignErrors } from '../../support/faults/foreignErrors.ts';
import { runAll } from '../../support/faults/life.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';

adoptForeignErrors();

let given: Given;
beforeAll(async () => {
  given = await givenConsole('server');
  await given.place.table.write([1, 2, 3].map((n) => ({ put: versionItem({ reviewId: `r${n}` }) })));
  await runAll(given.place, new AbortController().signal);
});
afterAll(async () => given?.stop());

const get = async (path: string): Promise<unknown> => (await fetch(`${given.origin}${path}`)).json();

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${given.origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** With any Host: fetch lets nobody choose it. */
const statusAs = (host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(given.origin);
    request({ host: '127.0.0.1', port, path: '/api/about', headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

test('every answer carries the policy: nothing inline, nothing of others, no frame', async () => {
  for (const path of ['/', '/main.js', '/main.css', '/api/about', '/api/watch', '/nothing']) {
    const { headers, body } = await fetch(`${given.origin}${path}`);
    await body?.cancel();
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|nonce|https?:|\*/);
  }
});

test('the page is small, is not sent twice, and names no other place', async () => {
  const script = await fetch(`${given.origin}/main.js`);
  expect(script.headers.get('content-encoding')).toBe('gzip');
  expect(Number(script.headers.get('content-length'))).toBeLessThan(60_000);
  const again = await fetch(`${given.origin}/main.js`, {
    headers: { 'if-none-match': script.headers.get('etag') ?? '' },
  });
  expect(again.status).toBe(304);
  const style = await fetch(`${given.origin}/main.css`, {
    headers: { 'if-none-match': script.headers.get('etag') ?? '' },
  });
  expect(style.status).toBe(200);
  expect(await (await fetch(`${given.origin}/`)).text()).not.toMatch(
    /https?:|<style|style=|<script(?! type="module" src="\/)/,
  );
});

test('only 127.0.0.1 is listened on, no other address of this machine', async () => {
  const { port } = new URL(given.origin);
  const outcome = await new Promise<string>((resolve) => {
    const socket = connect({ host: '127.0.0.2', port: Number(port) });
    socket.once('connect', () => resolve('connected')).once('error', () => resolve('refused'));
    socket.once('close', () => socket.destroy());
  });
  expect(outcome).toBe('refused');
});

test('a foreign name, a foreign page, a missing token: each is told, and what to do', async () => {
  expect(await statusAs('evil.example')).toBe(421);
  expect(await statusAs(new URL(given.origin).host)).toBe(200);
  const replay = '/api/replays';
  for (const headers of [{}, { 'x-afterwrite-token': 'wrong' }] as Record<string, string>[]) {
    const refused = await post(replay, {}, headers);
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { error: { mend: expect.stringContaining('address that the command printed') } },
    ]);
  }
  const foreign = await post(replay, {}, { 'x-afterwrite-token': TOKEN, origin: 'https://evil.example' });
  expect(foreign.status).toBe(403);
  const other = await fetch(`${given.origin}/api/about`, { headers: { 'sec-fetch-site': 'cross-site' } });
  expect(other.status).toBe(403);
});

test('what no page of ours sends is not read: another type, as forms have, or too much', async () => {
  const token = { 'x-afterwrite-token': TOKEN };
  const form = await post('/api/replays', { types: ['ReviewRequested'] }, { ...token, 'content-type': 'text/plain' });
  expect([form.status, await form.json()]).toMatchObject([400, { error: { message: 'the request is no JSON' } }]);
  const large = await post('/api/replays', { key: 'x'.repeat(100_000) }, token);
  expect([large.status, await large.json()]).toMatchObject([400, { error: { message: 'the request is too large' } }]);
});

test('wrong requests are told apart from failures, and name the next step', async () => {
  const token = { 'x-afterwrite-token': TOKEN };
  const told = async (answer: Response) => [
    answer.status,
    ((await answer.json()) as { error: { code: string } }).error.code,
  ];
  expect(await told(await post('/api/replays', '{', token))).toEqual([400, 'USAGE']);
  expect(await told(await post('/api/replays', { from: 'soon' }, token))).toEqual([400, 'USAGE']);
  expect(await told(await post('/api/replays', { rate: 'x' }, token))).toEqual([400, 'USAGE']);
  expect(await told(await post('/api/replays/cancel', { id: 'none' }, token))).toEqual([404, 'NOT_FOUND']);
  expect(await told(await post('/api/parked', { how: 'redrive', processor: 'statistics', key: 'A/B' }, token))).toEqual(
    [404, 'NOT_FOUND'],
  );
  expect(await told(await fetch(`${given.origin}/api/statistic?name=none`))).toEqual([404, 'NOT_FOUND']);
  expect(await told(await fetch(`${given.origin}/api/group?name=stack&group={"a":"b"}`))).toEqual([400, 'USAGE']);
  expect(await told(await fetch(`${given.origin}/../../package.json`))).toEqual([404, 'NOT_FOUND']);
});

test('statistics, archive and what a replay would send are what the commands say', async () => {
  expect(await get('/api/statistics')).toMatchObject({ review: 3, stack: 1, issue: 0 });
  expect(await get('/api/statistic?name=stack')).toMatchObject({
    groups: 1,
    sort: 'reviews',
    rows: [{ group: { stackId: 'network' } }],
    total: {
      byStatus: {
        kind: 'labels',
        labels: [
          ['pending', 3],
          ['completed', 0],
          ['failed', 0],
        ],
      },
    },
  });
  const { cells } = (await get('/api/archive')) as { cells: { dataset: string; objects: number; states: object }[] };
  expect(cells.map(({ dataset }) => dataset)).toEqual(['journal', 'events']);
  expect(cells[0]?.states).toMatchObject({ readable: cells[0]?.objects, cold: 0 });
  expect(await get('/api/forecast?replay={"types":["ReviewRequested"]}')).toMatchObject({
    events: 3,
    byType: { ReviewRequested: 3 },
  });
});

test('a search finds in the archive by text and type, and what it found can be read whole', async () => {
  expect(await get('/api/search?text=&type=ReviewFailed')).toEqual({ matching: 0, rows: [] });
  const found = (await get('/api/search?text=review%23r2')) as {
    matching: number;
    rows: { id: string; type: string }[];
  };
  expect(found).toMatchObject({ matching: 1, rows: [{ type: 'ReviewRequested' }] });
  expect(await get(`/api/event?id=${found.rows[0]?.id}`)).toMatchObject({
    metadata: { subject: 'REVIEW#r2/VERSION#1' },
  });
  expect(await get('/api/event?id=none')).toMatchObject({ error: { code: 'NOT_FOUND' } });
});

test('a statistic is sorted and narrowed as it is asked for', async () => {
  const asked = async (query: string) =>
    (await get(`/api/statistic?name=review&${query}`)) as { rows: { group: object }[] };
  const names = ({ rows }: { rows: { group: object }[] }) => rows.map(({ group }) => Object.values(group).join());
  expect(names(await asked('sort=reviewId&order=ascending'))).toEqual(['r1', 'r2', 'r3']);
  expect(names(await asked('sort=reviewId&order=descending'))).toEqual(['r3', 'r2', 'r1']);
  expect(names(await asked('text=r2'))).toEqual(['r2']);
});

const subjectsIn = (told: string): string[] =>
  lastOf<{ rows: { subject: string }[] }>('events', told)
    .rows.map(({ subject }) => subject)
    .sort();

test('who watches is told what is, and then what comes; who comes again, what it has not seen', async () => {
  const { told, type } = await watched(given.origin, hasTold('hello', 'flow', 'health', 'replays', 'events'));
  expect(type).toBe('text/event-stream');
  expect(subjectsIn(told)).toEqual(['REVIEW#r1/VERSION#1', 'REVIEW#r2/VERSION#1', 'REVIEW#r3/VERSION#1']);
  const [, run = '', index = ''] = /^id: ([\w-]+):(\d+)$/m.exec(told) ?? [];
  expect(index).toBe('3');
  const again = async (last: string) => subjectsIn((await watched(given.origin, hasTold('events'), last)).told);
  expect(await again(`${run}:1`)).toHaveLength(2);
  expect(await again('another-run:3')).toHaveLength(3);
});

test('who watches is told of changes that nobody has read, and how long till they are lost', async () => {
  await given.place.table.write([{ put: versionItem({ reviewId: 'unread' }) }]);
  const seconds = /"timeToLossSeconds":(\d+)/;
  const [, loss] = seconds.exec((await watched(given.origin, (told) => seconds.test(told))).told) ?? [];
  expect(Number(loss)).toBeGreaterThan(86_000);
  expect(Number(loss)).toBeLessThanOrEqual(86_400);
});

test('more pages than anybody looks at are told that there are too many', async () => {
  const gone = new AbortController();
  const pages = await Promise.all(
    Array.from({ length: 40 }, () => fetch(`${given.origin}/api/watch`, { signal: gone.signal })),
  );
  const refused = pages.filter(({ status }) => status === 503);
  expect(refused.length).toBeGreaterThanOrEqual(8);
  expect(await refused[0]?.json()).toMatchObject({ error: { code: 'TOO_MANY' } });
  gone.abort();
});
