import { listReplays, type Replay, readReplay } from '../../../shared/state/replays.ts';
import { type Given, givenConsole, TOKEN } from '../../support/console/given.ts';
import { lastOf, watched } from '../../support/console/watched.ts';
import { adoptForeignErrors } from '../../support/faults/foreignErrors.ts';
import { runAll } from '../../support/faults/life.ts';
import { versionItem } from '../../support/given/reviewerItems.ts';

/* What the console does for who holds the token: replays, redrives and drops, on the embedded stack. */

adoptForeignErrors();

let given: Given;
beforeAll(async () => {
  given = await givenConsole('desks');
  const unreadable = ['x', 'y', 'z'].map((id) => versionItem({ reviewId: id, status: 'completed', riskScore: 140 }));
  const reviews = [1, 2, 3].map((n) => versionItem({ reviewId: `r${n}` }));
  await given.place.table.write([...reviews, ...unreadable].map((item) => ({ put: item })));
  await runAll(given.place, new AbortController().signal);
});
afterAll(async () => given?.stop());

const get = async <Answer>(path: string): Promise<Answer> =>
  (await (await fetch(`${given.origin}${path}`)).json()) as Answer;

async function post<Answer>(path: string, body: unknown, { origin, token } = { origin: given.origin, token: TOKEN }) {
  const headers = { 'content-type': 'application/json', 'x-afterwrite-token': token };
  const answer = await fetch(`${origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await answer.json()) as Answer;
}

const replays = (): Promise<Replay[]> => listReplays(given.place.state);

/** Looks until a replay has come so far. */
async function until(id: string, isThere: (replay: Replay) => boolean): Promise<Replay> {
  for (;;) {
    const replay = await readReplay(given.place.state, id);
    if (isThere(replay)) return replay;
  }
}

/** As the pages are told of them, once this one is done there. */
async function replaysTold(id: string): Promise<{ id: string; state: string }[]> {
  const isDone = new RegExp(`"id":"${id}","state":"done"[^\\n]*\\n\\n`);
  const { told } = await watched(given.origin, (text) => isDone.test(text));
  return lastOf('replays', told);
}

const parked = async (): Promise<string[]> => {
  const { rows } = await get<{ rows: { processor: string; key: string }[] }>('/api/parked');
  return rows.map(({ processor, key }) => `${processor} ${key}`).sort();
};

test('a dry run tells what would be sent, and begins nothing', async () => {
  expect(await get('/api/forecast?replay={}')).toMatchObject({ events: 3, byType: { ReviewRequested: 3 } });
  expect(await get('/api/forecast?replay={"types":["ReviewFailed"]}')).toMatchObject({ events: 0 });
  expect(await get('/api/forecast?replay={"from":"2999-01-01"}')).toMatchObject({ events: 0 });
  expect(await get('/api/forecast?replay={"to":"2000-01-01"}')).toMatchObject({ events: 0 });
  expect(await get('/api/forecast?replay={"key":"REVIEW%23r2/VERSION%231"}')).toMatchObject({ events: 1 });
  expect(await replays()).toEqual([]);
});

test('a replay sends what was selected, as fast as was asked for, and the pages are told', async () => {
  const { id } = await post<{ id: string }>('/api/replays', { key: 'REVIEW#r2/VERSION#1', rate: 500 });
  expect(await until(id, ({ state }) => state === 'done')).toMatchObject({
    sent: 1,
    total: 1,
    rate: 500,
    selection: { key: 'REVIEW#r2/VERSION#1' },
    target: { kind: 'bus' },
  });
  expect(await replaysTold(id)).toMatchObject([{ id, state: 'done', sent: 1 }]);
});

test('a replay that was stopped with its console stands still, and goes on where somebody resumes it', async () => {
  const other = await given.another();
  const [, token = ''] = /#token=([\w-]{32,})$/.exec(other.url) ?? [];
  const { id } = await post<{ id: string }>('/api/replays', { rate: 1 }, { origin: other.origin, token });
  await until(id, ({ state }) => state === 'running');
  await other.stop();
  expect(await readReplay(given.place.state, id)).toMatchObject({ state: 'stopped' });
  await post('/api/replays/resume', { id });
  expect(await until(id, ({ state }) => state === 'done')).toMatchObject({ sent: 3 });
  // The newest first.
  expect((await replaysTold(id))[0]).toMatchObject({ id, state: 'done' });
});

test('a replay that is cancelled sends no more', async () => {
  const { id } = await post<{ id: string }>('/api/replays', { rate: 1 });
  expect(await post('/api/replays/cancel', { id })).toMatchObject({ before: expect.stringMatching(/running|waiting/) });
  expect(await until(id, ({ state }) => state !== 'running')).toMatchObject({ state: 'cancelled' });
});

test('each console has a token of its own', async () => {
  const other = await given.another();
  const [, token = ''] = /#token=([\w-]{32,})$/.exec(other.url) ?? [];
  expect(token).not.toBe('');
  expect(await post('/api/replays', {}, { origin: given.origin, token })).toMatchObject({
    error: { code: 'TOKEN_REFUSED' },
  });
  await other.stop();
});

test('what is parked is listed without its content', async () => {
  expect(await parked()).toEqual(
    ['fanout', 'statistics'].flatMap((of) => ['x', 'y', 'z'].map((id) => `${of} REVIEW#${id}/VERSION#1`)),
  );
  expect(JSON.stringify(await get('/api/parked'))).not.toMatch(/140|network|u-1/);
});

test('a redrive tries the item that was named again, and it alone; what still fails waits on', async () => {
  const before = await parked();
  const work = { how: 'redrive', processor: 'statistics', key: 'REVIEW#y/VERSION#1' };
  expect(await post('/api/parked', work)).toMatchObject({
    ended: 'poison',
    changes: 0,
    problem: { message: expect.stringContaining('riskScore') },
  });
  expect(await parked()).toEqual(before);
});

test('a drop takes the item that was named out of one processor, and no other', async () => {
  const before = await parked();
  const work = { how: 'drop', processor: 'fanout', key: 'REVIEW#y/VERSION#1' };
  expect(await post('/api/parked', work)).toMatchObject({ ended: 'opened', changes: 1, problem: null });
  expect(await parked()).toEqual(before.filter((one) => one !== 'fanout REVIEW#y/VERSION#1'));
  expect(await post('/api/parked', work)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  // The pages are told of those that still wait.
  await watched(given.origin, (told) => /"parked":5[,}]/.test(told));
});
