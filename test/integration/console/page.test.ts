import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { CHROMIUM, go, inChromium, launched, opened, rowsOf } from '../../support/console/browsing.ts';
import { type Given, givenConsole } from '../../support/console/given.ts';
import { eventRow } from '../../support/console/wireSamples.ts';
import { adoptForeignErrors } from '../../support/faults/foreignErrors.ts';
import { runAll } from '../../support/faults/life.ts';
import { findingItem, versionItem } from '../../support/given/reviewerItems.ts';

/* The page in a real browser, on the embedded stack, under the policy that the server sends. */

adoptForeignErrors();

const PAGES = ['flow', 'statistics/stack', 'statistics/riskOfDay', 'events', 'archive', 'replay', 'parked'];
/** A browser, a stack and a bundle on a machine that does much else. */
const STARTING_MS = 300_000;
const never = new AbortController().signal;

inChromium(CHROMIUM, () => {
  let given: Given;
  let browser: Browser;
  beforeAll(async () => {
    given = await givenConsole('page');
    browser = await launched();
    const day = (n: number): string => `2026-02-0${n}T09:00:00.000Z`;
    await write(
      ...[1, 2, 3, 4].map((n) => versionItem({ reviewId: `r${n}`, requestedAt: day(n), createdAt: day(n) })),
      ...[1, 2, 3].map((n) => completed(n, day(n), 20 * n)),
      ...[1, 2, 3].map((n) => findingItem({ findingId: `f${n}`, reviewId: `r${n}`, createdAt: day(n) })),
      versionItem({ reviewId: 'poison', stackId: 'network', status: 'completed', riskScore: 140 }),
    );
  }, STARTING_MS);
  afterAll(async () => {
    await browser?.close();
    await given?.stop();
  });

  async function write(...items: ReturnType<typeof versionItem>[]): Promise<void> {
    await given.place.table.write(items.map((item) => ({ put: item })));
    await runAll(given.place, never);
  }

  const completed = (n: number, at: string, riskScore: number) =>
    versionItem({
      reviewId: `r${n}`,
      version: 2,
      status: 'completed',
      riskScore,
      requestedAt: at,
      createdAt: at,
    });

  /** What the browser refused or threw ends the test. */
  const open = (hash: string, options: BrowserContextOptions = {}, address = given.url): Promise<Page> =>
    opened(browser, { ...options, hash, address }, (what) => complaints.push(what));

  let complaints: string[];
  beforeEach(() => {
    complaints = [];
  });
  afterEach(() => expect(complaints).toEqual([]));

  test('rows come while somebody watches, without anything being loaded anew', async () => {
    const page = await open('events');
    const rows = rowsOf(page);
    await rows.filter({ hasText: 'REVIEW#r3' }).first().waitFor();
    expect(await page.evaluate('location.href')).not.toContain(TOKEN_PART);
    await write(versionItem({ reviewId: 'live-one' }));
    await rows.filter({ hasText: 'REVIEW#live-one' }).waitFor();
    await page.context().close();
  });

  test('statistics show what is declared: groups, distributions, and a history of one group', async () => {
    const page = await open('statistics/stack');
    await page.getByRole('link', { name: 'network' }).first().click();
    await page.getByRole('heading', { name: 'network' }).waitFor();
    await page.getByRole('img', { name: /^Histogram of risk: 3 values, mean 40/ }).waitFor();
    await page.getByRole('img', { name: /from 2026-02-01 to 2026-02-0/ }).waitFor();
    await go(page, 'statistics/riskOfDay');
    await page.getByRole('img', { name: /^risk from 2026-02-01/ }).waitFor();
    await page.context().close();
  });

  test('the keyboard goes through the events, opens one, and closes it', async () => {
    const page = await open('events');
    await rowsOf(page).nth(2).waitFor();
    const subjects = await page.locator('.event .subject').allTextContents();
    await page.getByRole('listbox').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await page.keyboard.press(key);
    const envelope = page.getByRole('region', { name: 'Envelope' });
    await envelope
      .getByText(subjects[1] ?? '', { exact: true })
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await envelope.waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('search narrows the list at once, and finds in the whole archive', async () => {
    const page = await open('events');
    await page.getByRole('searchbox').fill('REVIEW#r3/VERSION#2');
    await page.getByText(/^1 of the last/).waitFor();
    await page.getByRole('button', { name: 'Search the whole archive' }).click();
    await page.getByText('1 event of the archive matches').waitFor();
    await rowsOf(page).click();
    await page.getByRole('region', { name: 'Envelope' }).getByText('"riskScore": 60').waitFor();
    await page.context().close();
  });

  test('a replay is told before it runs, and then how far it is; what is parked is redriven', async () => {
    const page = await open('replay');
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByRole('button', { name: /^Replay \d+ events$/ }).click();
    await page.getByText('done', { exact: true }).first().waitFor();
    await go(page, 'parked');
    const item = page.getByRole('listitem').filter({ hasText: 'statistics' });
    await item
      .getByText(/riskScore/)
      .first()
      .waitFor();
    await item.getByRole('button', { name: 'Redrive' }).click();
    await page.getByRole('status').filter({ hasText: 'the rest waits on' }).waitFor();
    await page.context().close();
  });

  test('without the token it shows all the same, and changes nothing', async () => {
    const page = await open('replay', {}, given.origin);
    await page.getByText('open the address that the command printed').waitFor();
    expect(await page.getByRole('button', { name: /^Replay/ }).count()).toBe(0);
    await go(page, 'parked');
    await page.getByText('To redrive it').first().waitFor();
    await page.context().close();
  });

  test.each(['light', 'dark'] as const)('nobody is shut out, in %s, on any page', async (colorScheme) => {
    const page = await open('flow', { colorScheme });
    for (const name of PAGES) {
      await go(page, name);
      await page.locator('main').locator('.card, .node, .event').first().waitFor();
      if (name === 'events') await rowsOf(page).first().click();
      await page.evaluate(axe.source);
      const found = (await page.evaluate('axe.run()')) as axe.AxeResults;
      const grave = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(grave.map(({ id, nodes }) => [name, id, nodes[0]?.html])).toEqual([]);
    }
    await page.context().close();
  });

  test('on a phone nothing is wider than the page', async () => {
    const page = await open('flow', { viewport: { width: 390, height: 844 } });
    for (const name of PAGES) {
      await go(page, name);
      await page.locator('main').locator('.card, .node, .event').first().waitFor();
      const [inner, outer] = (await page.evaluate('[document.documentElement.scrollWidth, innerWidth]')) as number[];
      expect([name, (inner ?? 0) <= (outer ?? 0)]).toEqual([name, true]);
    }
    await page.context().close();
  });

  test('ten thousand events are some screens of elements, wherever one looks', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await page.route('**/api/watch', (route) =>
      route.fulfill({ contentType: 'text/event-stream', body: `retry: 600000\n\n${manyFrames()}` }),
    );
    await page.goto(given.url);
    await go(page, 'events');
    await page.getByText('The last 10,000 events').waitFor();
    const list = page.getByRole('listbox');
    for (const key of ['End', 'Home', 'PageDown', 'PageDown', 'End']) {
      await list.press(key);
      await page.locator('.event.is-active').waitFor();
      expect(await rowsOf(page).count()).toBeLessThan(60);
    }
    await page.locator('.event.is-active[aria-posinset="10000"]').waitFor();
    expect(await page.evaluate("document.getElementsByTagName('*').length")).toBeLessThan(600);
    await context.close();
  });
});

const TOKEN_PART = 'token=';

/** 12,000 rows, a thousand a frame. */
function manyFrames(): string {
  const frames = Array.from({ length: 12 }, (_, frame) => {
    const rows = Array.from({ length: 1_000 }, (_, i) => eventRow(frame * 1_000 + i + 1));
    return `event: events\ndata: ${JSON.stringify({ rows, skipped: 0 })}\n\n`;
  });
  return frames.join('');
}
