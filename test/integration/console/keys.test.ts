import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { CHROMIUM, go, inChromium, launched, opened } from '../../support/console/browsing.ts';
import { bundled } from '../../support/console/bundled.ts';
import { type ToldConsole, toldConsole } from '../../support/console/toldConsole.ts';
import { flow, health, parkedRow, replayRow, shard, statisticTold } from '../../support/console/wireSamples.ts';
import { envelopeOf } from '../../support/given/envelopes.ts';

/* Who has no mouse, or does not see: every page by keys alone, with all the states that a page can show. */

/** By address: the heading, and what is there once all that was asked for has come. */
const PAGES = {
  flow: ['Flow', 'tbody tr'],
  'statistics/stack': ['Statistics', 'tbody tr'],
  events: ['Events', '.event'],
  archive: ['Archive', 'tbody tr'],
  replay: ['Replay', '.replays li'],
  parked: ['Parked', '.parked li'],
} as const;
type Name = keyof typeof PAGES;
const NAMES = Object.keys(PAGES) as Name[];
/** More stops than any page has: who needs so many is in a trap. */
const MOST_STOPS = 80;

inChromium(CHROMIUM, () => {
  let given: ToldConsole;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    given = await toldConsole(await bundled());
    browser = await launched();
    for (let n = 1; n <= 40; n++) given.hub.events.add(envelopeOf({ n }, { id: `e${n}`, subject: `REVIEW#${n}` }));
    const notices = [
      { level: 'bad' as const, text: 'Changes were lost.', mend: 'rebuild' },
      { level: 'warning' as const, text: 'The bus was out.', mend: 'wait' },
    ];
    given.hub.tell('flow', { flow: flow({ user: 3 }), samples: [flow({ user: 3 })] });
    given.hub.tell('health', health({ shards: [shard(), shard({ owner: null })], notices, parked: 2 }));
    const states = ['running', 'waiting', 'stopped', 'done', 'cancelled'] as const;
    given.hub.tell(
      'replays',
      states.map((state) => replayRow({ id: state, state, reason: 'why' })),
    );
    const cell = { day: '2026-01-31', dataset: 'journal', storageClass: 'GLACIER', objects: 4, bytes: 12 };
    given.answers = {
      archive: {
        told: async () => ({
          readAt: '2026-02-01T10:00:00.000Z',
          cells: [{ ...cell, states: { readable: 1, restoring: 1, cold: 1, unknown: 1 } }],
        }),
      },
      parked: { list: async () => ({ rows: [parkedRow({ held: true })], more: true }) },
      board: {
        counts: async () => ({ stack: 2 }),
        statistic: async (_, { text, sort, descending }) =>
          statisticTold(['network', 'data'], { text, sort, descending }),
      },
    };
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await given?.stop();
  });

  let complaints: string[];
  beforeEach(() => {
    complaints = [];
  });
  afterEach(async () => {
    await page.context().close();
    expect(complaints).toEqual([]);
  });
  const open = async (name: Name, options: BrowserContextOptions = {}): Promise<void> => {
    page = await opened(browser, { ...options, hash: name, address: given.url }, (what) => complaints.push(what));
    await shown(name);
  };
  async function shown(name: Name): Promise<void> {
    const [heading, last] = PAGES[name];
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    await page.locator('main').locator(last).first().waitFor();
  }
  const focused = () => page.evaluate(STOP) as Promise<Stop | null>;

  /** From where the focus is, until the browser has it back or all begins anew. */
  async function walked(): Promise<Stop[]> {
    const stops: Stop[] = [];
    for (let stop = await focused(); stop && stop.at !== stops[0]?.at; stop = await focused()) {
      stops.push(stop);
      if (stops.length === MOST_STOPS) break;
      await page.keyboard.press('Tab');
    }
    return stops;
  }

  test('by the tab key every control of every page is reached, in the order in which it stands, seen, and left again', async () => {
    await open('flow');
    for (const name of NAMES) {
      await go(page, name);
      await shown(name);
      await page.getByRole('button', { name: 'Skip to content' }).focus();
      const stops = await walked();
      expect([name, stops.length < MOST_STOPS]).toEqual([name, true]);
      expect([name, stops.filter(({ isSeen }) => !isSeen)]).toEqual([name, []]);
      expect([name, stops.filter(({ label }) => label === '')]).toEqual([name, []]);
      expect([name, stops.map(({ at }) => at)]).toEqual([name, stops.map(({ at }) => at).sort((a, b) => a - b)]);
      const controls = (await page.evaluate(CONTROLS)) as string[];
      expect([name, stops.map(({ label }) => label)]).toEqual([name, controls]);
    }
  });

  test('a link leads to the page itself, and one may pass over all that stands before it', async () => {
    await open('flow');
    await page.getByRole('link', { name: 'Archive', exact: true }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Archive' }).waitFor();
    expect((await focused())?.id).toBe('main');
    await page.getByRole('button', { name: 'Skip to content' }).press('Enter');
    expect((await focused())?.id).toBe('main');
  });

  test('an envelope that was opened by keys is closed by keys, and the list has the focus again', async () => {
    await open('events');
    const list = page.getByRole('listbox');
    await list.press('ArrowDown');
    await list.press('Enter');
    const close = page.getByRole('button', { name: 'Close the envelope' });
    await page.getByRole('heading', { name: 'ReviewFailed' }).waitFor();
    await page.keyboard.press('Tab');
    expect((await focused())?.label).toBe('Close the envelope');
    for (const key of ['Enter', 'Escape']) {
      if (key === 'Escape') {
        await list.press('Enter');
        await close.focus();
      }
      await page.keyboard.press(key);
      await close.waitFor({ state: 'detached' });
      expect((await focused())?.role).toBe('listbox');
    }
  });

  test('groups are sorted and narrowed by keys; what was found is said once, and figures that move say nothing', async () => {
    // One more each time that somebody asks.
    const names = ['network', 'data'];
    given.answers.board = {
      counts: async () => ({ stack: names.length }),
      statistic: async (_, look) => {
        names.push(`more-${names.length}`);
        return statisticTold(names, look);
      },
    };
    await open('statistics/stack');
    const heading = page.getByRole('columnheader', { name: 'Stack id' });
    await heading.getByRole('button').press('Enter');
    await page.getByRole('columnheader', { name: 'Stack id' }).and(page.locator('[aria-sort=ascending]')).waitFor();
    await heading.getByRole('button').press('Enter');
    await page.locator('th[aria-sort=descending]', { hasText: 'Stack id' }).waitFor();
    const said = page.locator('main').getByRole('status');
    await page.getByText(/^([6-9]|\d\d) of \d+$/).waitFor();
    expect(await said.allTextContents()).toEqual(['']);
    await page.getByRole('searchbox').fill('net');
    await said.filter({ hasText: /^1 of \d+$/ }).waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
  });

  test('light or dark is chosen, told and kept', async () => {
    await open('flow');
    const theme = page.getByRole('button', { name: /^Theme/ });
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    for (const name of ['Theme: light', 'Theme: dark']) {
      await theme.press('Enter');
      await page.getByRole('button', { name }).waitFor();
    }
    expect(await ground()).not.toBe(light);
    await page.reload();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    expect(await ground()).not.toBe(light);
  });

  test.each(['light', 'dark'] as const)(
    'in every state nobody is shut out, in %s, and nothing moves by itself',
    async (colorScheme) => {
      await open('flow', { colorScheme, reducedMotion: 'reduce' });
      await page.evaluate(axe.source);
      for (const name of NAMES) {
        await go(page, name);
        await shown(name);
        if (name === 'parked') await page.getByRole('button', { name: 'Drop …' }).click();
        const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults;
        expect(violations.map(({ id, nodes }) => [name, id, nodes[0]?.html])).toEqual([]);
        expect(await page.evaluate('document.getAnimations().length')).toBe(0);
      }
    },
  );
});

/** Where the focus is; null: on no control. */
interface Stop {
  readonly id: string;
  readonly role: string | null;
  readonly label: string;
  /** Among all elements of the page. */
  readonly at: number;
  /** In sight, with an outline round it. */
  readonly isSeen: boolean;
}

const LABEL = `(e) => (e.getAttribute('aria-label') ?? e.labels?.[0]?.textContent ?? e.textContent).trim().slice(0, 40) || e.className`;

const STOP = `(() => {
  const e = document.activeElement;
  if (e === document.body || e === null) return null;
  const box = e.getBoundingClientRect();
  const { outlineStyle, outlineWidth } = getComputedStyle(e);
  const isInside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return {
    id: e.id,
    role: e.getAttribute('role'),
    label: (${LABEL})(e),
    at: [...document.querySelectorAll('*')].indexOf(e),
    isSeen: isInside && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
  };
})()`;

/** All that a mouse could press or type into, and what scrolls. */
const CONTROLS = `[...document.querySelectorAll('a[href], button, input, select, [tabindex="0"]')].map(${LABEL})`;
