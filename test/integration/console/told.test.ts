import type { Browser, Page } from 'playwright-core';
import { CHROMIUM, inChromium, launched, opened, rowsOf } from '../../support/console/browsing.ts';
import { bundled } from '../../support/console/bundled.ts';
import { held } from '../../support/console/held.ts';
import { type ToldConsole, toldConsole } from '../../support/console/toldConsole.ts';
import { eventRow, flow, health, parkedRow, replayRow, shard } from '../../support/console/wireSamples.ts';
import { envelopeOf } from '../../support/given/envelopes.ts';

/* What the page makes of what it is told: the server is the console's own, its desks say what each test gives. */

inChromium(CHROMIUM, () => {
  let given: ToldConsole;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    given = await toldConsole(await bundled());
    browser = await launched();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await given?.stop();
  });

  let complaints: string[];
  let others: ToldConsole[];
  beforeEach(() => {
    complaints = [];
    others = [];
    given.answers = {};
  });
  afterEach(async () => {
    await page.context().close();
    for (const other of others) await other.stop();
    expect(complaints).toEqual([]);
  });

  const open = async (hash: string, address = given.url): Promise<void> => {
    page = await opened(browser, { hash, address }, (what) => complaints.push(what));
  };
  const told = (fields: object, n: number) =>
    given.hub.events.add(
      envelopeOf({ n }, { id: `e${n}`, type: 'ReviewRequested', subject: `REVIEW#${n}`, ...fields }),
    );
  const focused = () => page.evaluate('document.activeElement?.textContent ?? document.activeElement?.tagName');

  test('the flow: each stage with its rate and unit, how far behind, how long till loss, and who reads', async () => {
    await open('flow');
    given.hub.tell('flow', { flow: flow({ user: 12.4, derived: 3, events: 0.5 }), samples: [flow({ user: 12.4 })] });
    const unread = { lagSeconds: 7_200, timeToLossSeconds: 79_200, owner: null };
    given.hub.tell('health', health({ shards: [shard(unread), shard({ processor: 'fanout' })], parked: 3 }));
    const stage = (name: string) => page.getByRole('region', { name, exact: true });
    await stage('Table').getByText('12', { exact: true }).waitFor();
    await page.getByRole('row', { name: /statistics .*nobody 2 h 22 h/ }).waitFor();
    await page.getByRole('row', { name: /fanout .*host 1 0 s all read/ }).waitFor();
    expect(await stage('Table').textContent()).toContain('writes a second');
    expect(await stage('Statistics').textContent()).toMatch(/3\.0\s*aggregates a second.*2 h behind/);
    expect(await stage('Events').textContent()).toMatch(/0\.5\s*events a second.*all read/);
    expect(await stage('Archive').textContent()).toMatch(/15\s*changes proven a second/);
    expect(await stage('Stream').textContent()).toMatch(/2 h.*behind.*1 open shard, 22 h until loss/);
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Parked 3' }).waitFor();
  });

  test('what is lost is called out, and what waits is told; both say what to do', async () => {
    await open('flow');
    const notices = [
      { level: 'bad' as const, text: 'Changes were lost.', mend: 'rebuild' },
      { level: 'warning' as const, text: 'The bus was out.', mend: 'wait' },
    ];
    given.hub.tell('health', health({ notices }));
    await page.getByText('The bus was out.').waitFor();
    expect(await page.getByRole('alert').allTextContents()).toEqual(['Changes were lost.rebuild.']);
    given.hub.tell('trouble', { code: 'THROTTLED', message: 'the table is out', mend: 'wait' });
    await page.getByRole('alert').filter({ hasText: 'the table is out' }).waitFor();
    given.hub.tell('trouble', null);
    await page.getByRole('alert').filter({ hasText: 'the table is out' }).waitFor({ state: 'detached' });
  });

  test('the archive: what is restoring is not yet readable, and what nobody asked for counts as cold', async () => {
    const cell = { day: '2026-01-31', dataset: 'journal', storageClass: 'GLACIER', objects: 9, bytes: 12_300 };
    const states = { readable: 1, restoring: 2, cold: 4, unknown: 2 };
    const other = {
      ...cell,
      day: null,
      storageClass: 'STANDARD',
      states: { readable: 9, restoring: 0, cold: 0, unknown: 0 },
    };
    given.answers.archive = {
      told: async () => ({ readAt: '2026-02-01T10:00:00.000Z', cells: [{ ...cell, states }, other] }),
    };
    await open('archive');
    const row = page.getByRole('row', { name: /Glacier Flexible/ });
    await row.waitFor();
    expect(await row.getByRole('cell').allTextContents()).toEqual([
      '2026-01-31',
      'journal',
      'Glacier Flexible Retrieval',
      'readable 1restoring 2cold 4unknown 2',
      '9',
      '12.3 KB',
    ]);
    expect(
      await page
        .getByRole('row', { name: /no day/ })
        .getByRole('cell')
        .nth(3)
        .textContent(),
    ).toBe('readable');
    expect(await page.locator('.numbers').textContent()).toBe('objects18size24.6 KBreadable at once10restoring2cold6');
  });

  test('a replay runs only what its dry run counted: a form that changed meanwhile asks for another', async () => {
    const started: unknown[] = [];
    const counting = held();
    given.answers.replays = {
      forecast: async () => {
        await counting.turn();
        return forecast;
      },
      start: async (body) => {
        started.push(body);
        return { id: 'replay-1' };
      },
    };
    await open('replay');
    const dryRun = page.getByRole('button', { name: /Dry run|Reading/ });
    const replay = page.getByRole('button', { name: /^Replay/ });
    await replay.press('Enter');
    const first = counting.asked();
    await dryRun.click();
    await page.getByText('Reading …').waitFor();
    await page.getByLabel('Subject').fill('REVIEW#r1');
    (await first)();
    await dryRun.filter({ hasText: 'Dry run' }).waitFor();
    expect(await replay.textContent()).toBe('Replay');
    await replay.press('Enter');
    const second = counting.asked();
    await dryRun.press('Enter');
    await page.getByText('Reading …').waitFor();
    (await second)();
    await page.getByText('7 events of 2.0 KB would be sent').waitFor();
    expect(await focused()).toBe('Dry run');
    await page.getByText('3 objects of 9.0 MB are cold and not counted').waitFor();
    await page.getByText('Rule mail would fire 7 times.').waitFor();
    expect(started).toEqual([]);
    await replay.click();
    await replay.filter({ hasText: /^Replay$/ }).waitFor();
    expect(started).toEqual([{ key: 'REVIEW#r1' }]);
  });

  test('replays: how far each is, and what can be done about it', async () => {
    const asked: string[] = [];
    given.answers.replays = {
      resume: async (id) => ({ id: String(asked.push(`resume ${id}`)) }),
      cancel: async (id) => ({ before: String(asked.push(`cancel ${id}`)) }),
    };
    given.hub.tell('replays', [
      replayRow({ id: 'three', state: 'stopped', reason: 'the bus is out', sent: 1_500, total: 3_000 }),
      replayRow({ id: 'two', selection: { types: ['ReviewFailed'] }, rate: 50 }),
      replayRow({ id: 'one', state: 'done', sent: 20 }),
    ]);
    await open('replay');
    const item = (id: string) => page.getByRole('listitem').filter({ hasText: id });
    expect(await item('three').textContent()).toMatch(/stopped.*1,500 of 3,000.*all events.*the bus is out/);
    expect(await page.getByRole('progressbar', { name: 'Progress of three' }).getAttribute('value')).toBe('0.5');
    expect(await page.getByRole('progressbar', { name: 'Progress of one' }).getAttribute('value')).toBe('1');
    expect(await item('two').textContent()).toMatch(/types ReviewFailed · 50 a second/);
    for (const [id, name] of [
      ['three', 'Resume'],
      ['two', 'Cancel'],
    ] as const) {
      const answered = page.waitForResponse(/replays/);
      await item(id).getByRole('button', { name }).click();
      await answered;
    }
    expect(asked).toEqual(['resume three', 'cancel two']);
    expect(await page.getByRole('button', { name: 'Resume' }).count()).toBe(1);
    expect(await item('one').getByRole('button').count()).toBe(0);
    // Without the token they are shown, and no more.
    await page.context().close();
    await open('replay', given.origin);
    await item('three').waitFor();
    expect(await page.getByRole('button', { name: /Resume|Cancel/ }).count()).toBe(0);
  });

  test('what is parked: a drop is asked for twice, and what became of an item is told though it goes', async () => {
    const worked: unknown[] = [];
    const rows = [parkedRow(), parkedRow({ key: 'REVIEW#y/VERSION#1', processor: 'fanout' })];
    given.answers.parked = {
      list: async () => ({ rows: rows.filter(({ key }) => worked.length === 0 || !key.includes('#y')), more: false }),
      work: async (body) => {
        worked.push(body);
        return { ended: 'opened', changes: 2, problem: null };
      },
    };
    await open('parked');
    const item = page.getByRole('listitem').filter({ hasText: 'REVIEW#y' });
    await item.getByRole('button', { name: 'Drop …' }).press('Enter');
    await item.getByText('Its events will never be published.').waitFor();
    expect([await focused(), worked]).toEqual(['Keep them', []]);
    await page.keyboard.press('Enter');
    expect([await focused(), worked]).toEqual(['Drop …', []]);
    await page.keyboard.press('Enter');
    await item.getByRole('button', { name: 'Drop them' }).click();
    await page.getByRole('status').filter({ hasText: 'fanout, REVIEW#y/VERSION#1: 2 changes worked off' }).waitFor();
    expect(worked).toEqual([{ how: 'drop', processor: 'fanout', key: 'REVIEW#y/VERSION#1' }]);
    await item.waitFor({ state: 'detached' });
    expect(await page.getByRole('status').allTextContents()).toContainEqual(expect.stringContaining('REVIEW#y'));
    await page.getByRole('button', { name: 'Redrive' }).click();
    await page.getByRole('status').filter({ hasText: 'statistics, REVIEW#x' }).waitFor();
    expect(worked[1]).toEqual({ how: 'redrive', processor: 'statistics', key: 'REVIEW#x/VERSION#1' });
  });

  test('the events: who reads further down keeps the place while new ones come, and is told how many', async () => {
    for (let n = 1; n <= 1_100; n++) told(n % 2 === 0 ? { type: 'ReviewFailed' } : {}, n);
    await open('events');
    await page.getByText('The last 1,000 events, 100 earlier ones are in the archive').waitFor();
    await page.getByRole('listbox').press('End');
    await page.locator('.event.is-active[aria-posinset="1000"]').waitFor();
    for (let n = 1_101; n <= 1_103; n++) told({}, n);
    given.hub.nudge();
    await page.getByRole('button', { name: '3 new events' }).waitFor();
    expect(await page.locator('.event.is-active').textContent()).toContain('REVIEW#101');
    await page.getByRole('button', { name: '3 new events' }).click();
    await rowsOf(page).filter({ hasText: 'REVIEW#1103' }).waitFor();
    // The active one is out of sight: what is not in the page is not named.
    expect(await page.getByRole('listbox').getAttribute('aria-activedescendant')).toBeNull();
    await page.getByRole('combobox', { name: 'Type' }).selectOption('ReviewFailed');
    await page.getByText('500 of the last 1,003 events').waitFor();
    expect(await rowsOf(page).filter({ hasText: 'ReviewRequested' }).count()).toBe(0);
  });

  test('what the archive is searched for is what is asked now, not what was', async () => {
    const asked: unknown[] = [];
    const searching = held();
    given.answers.search = {
      find: async (text, selection) => {
        asked.push([text, selection]);
        await searching.turn();
        return { rows: [eventRow(1, { id: 'old', subject: `found ${text}` })], matching: 1 };
      },
    };
    await open('events');
    await page.getByRole('searchbox').fill('first');
    const first = searching.asked();
    await page.getByRole('button', { name: 'Search the whole archive' }).click();
    await page.getByText('Searching …').waitFor();
    const answerFirst = await first;
    await page.getByRole('searchbox').fill('second');
    answerFirst();
    // And not the way back from what was found.
    await page.getByRole('button', { name: 'Search the whole archive' }).waitFor();
    expect(await rowsOf(page).filter({ hasText: 'found first' }).count()).toBe(0);
    await page.getByRole('combobox', { name: 'Type' }).selectOption('ReviewFailed');
    const second = searching.asked();
    await page.getByRole('button', { name: 'Search the whole archive' }).press('Enter');
    await page.getByText('Searching …').waitFor();
    (await second)();
    await rowsOf(page).filter({ hasText: 'found second' }).waitFor();
    expect(asked).toEqual([
      ['first', {}],
      ['second', { types: ['ReviewFailed'] }],
    ]);
    await page.getByRole('status').filter({ hasText: '1 event of the archive matches' }).waitFor();
  });

  test('a console that was started again is found again, and its events are not mixed with the ones before', async () => {
    const assets = await bundled();
    const before = await toldConsole(assets, 0, 'before');
    others.push(before);
    before.hub.events.add(envelopeOf({}, { id: 'b1', subject: 'REVIEW#before' }));
    await open('events', before.url);
    await rowsOf(page).filter({ hasText: 'REVIEW#before' }).waitFor();
    await page.getByText('live', { exact: true }).waitFor();
    await before.stop();
    await page.getByRole('status').filter({ hasText: 'not connected' }).waitFor();
    const after = await toldConsole(assets, Number(new URL(before.origin).port), 'after');
    others.push(after);
    after.hub.events.add(envelopeOf({}, { id: 'a1', subject: 'REVIEW#after' }));
    await rowsOf(page).filter({ hasText: 'REVIEW#after' }).waitFor();
    expect(await rowsOf(page).count()).toBe(1);
    // That it was gone for a moment.
    complaints = [];
  });
});

const forecast = {
  events: 7,
  bytes: 2_000,
  byType: { ReviewRequested: 7 },
  dollars: { sending: 0.01, restoring: 1 },
  hours: { sending: 0.5, restoring: 5 },
  rules: [{ rule: 'mail', events: 7 }],
  cold: { objects: 3, bytes: 9_000_000, byClass: {}, lines: null },
};
