import { request } from 'node:http';
import { type Given, givenConsole, TOKEN } from '../../support/console/given.ts';
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
  for (const path of ['/', '/main.js', '/main.css', '/api/about', '/nothing']) {
    const policy = (await fetch(`${given.origin}${path}`)).headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
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
  expect(await (await fetch(`${given.origin}/`)).text()).not.toMatch(
    /https?:|<style|style=|<script(?! type="module" src="\/)/,
  );
});

test('a foreign name, a foreign page, a missing token: each is told, and what to do', async () => {
  expect(await statusAs('evil.example')).toBe(421);
  expect(await statusAs(new URL(given.origin).host)).toBe(200);
  const replay = '/api/replays';
  for (const headers of [{}, { 'x-afterwrite-token': 'wrong' }] as Record<string, string>[]) {
    const refused = await post(replay, {}, headers);
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { error: { mend: /address that the command printed/ } },
    ]);
  }
  const foreign = await post(replay, {}, { 'x-afterwrite-token': TOKEN, origin: 'https://evil.example' });
  expect(foreign.status).toBe(403);
});

test('wrong requests are told apart from failures, and name the next step', async () => {
  const token = { 'x-afterwrite-token': TOKEN };
  const told = async (answer: Response) => [
    answer.status,
    ((await answer.json()) as { error: { code: string } }).error.code,
  ];
  expect(await told(await post('/api/replays', '{', token))).toEqual([400, 'USAGE']);
  expect(await told(await post('/api/replays', { from: 'soon' }, token))).toEqual([400, 'USAGE']);
  expect(await told(await post('/api/replays', { rate: 'x'.repeat(100_000) }, token))).toEqual([400, 'USAGE']);
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
  expect(await get('/api/search?text=review%23r2')).toMatchObject({ matching: 1, rows: [{ type: 'ReviewRequested' }] });
});

test('who watches is told what is, and then what comes', async () => {
  const gone = new AbortController();
  const watching = await fetch(`${given.origin}/api/watch`, { signal: gone.signal });
  expect(watching.headers.get('content-type')).toBe('text/event-stream');
  let told = '';
  const topics = ['hello', 'flow', 'health', 'replays', 'events'];
  const decoder = new TextDecoder();
  for await (const piece of watching.body as unknown as AsyncIterable<Uint8Array>) {
    told += decoder.decode(piece, { stream: true });
    if (topics.every((topic) => told.includes(`event: ${topic}\n`))) break;
  }
  gone.abort();
  expect(told).toMatch(/^id: [\w-]+:3$/m);
  const [, events = ''] = /event: events\ndata: (.*)\n/.exec(told) ?? [];
  expect(
    JSON.parse(events)
      .rows.map(({ subject }: { subject: string }) => subject)
      .sort(),
  ).toEqual(['REVIEW#r1/VERSION#1', 'REVIEW#r2/VERSION#1', 'REVIEW#r3/VERSION#1']);
});
