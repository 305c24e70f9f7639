import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { chromiumHere } from './chromiumHere.ts';

const executablePath = chromiumHere();

/** A suite that is skipped, with the reason, where there is no browser. */
export const inChromium = executablePath === undefined ? describe.skip : describe;
export const CHROMIUM = `in Chromium${executablePath ? '' : ": skipped, for there is none: 'apt-get install chromium'"}`;

export const launched = (): Promise<Browser> =>
  chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });

interface Opening extends BrowserContextOptions {
  readonly address: string;
  /** Behind `#/`. */
  readonly hash: string;
}

/** @param complain takes what the browser refused or threw, and what was asked of anybody else */
export async function opened(
  browser: Browser,
  { address, hash, ...options }: Opening,
  complain: (what: string) => void,
): Promise<Page> {
  const { origin } = new URL(address);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.on('pageerror', (error) => complain(error.message));
  page.on('console', (said) => {
    if (said.type() === 'error') complain(said.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) complain(`asked ${request.url()}`);
  });
  await page.goto(address);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await go(page, hash);
  return page;
}

export const go = (page: Page, hash: string) => page.evaluate(`location.hash = '#/${hash}'`);

/** Not the options of the choice of types. */
export const rowsOf = (page: Page) => page.getByRole('listbox', { name: 'Events' }).getByRole('option');
