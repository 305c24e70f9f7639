/**
 * Takes the README's picture (`npm run pictures`): `node test/support/console/screenshot.js ADDRESS [FOLDER]`, with the address that
 * `afterwrite dev` printed while something is fed. With a folder, pictures of every page in light, dark and the width of a phone instead.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const PICTURE = 'infra/console/screenshot.png';
const PAGES = ['flow', 'statistics/stack', 'statistics/riskOfDay', 'events', 'archive', 'replay', 'parked'];
const LOOKS = {
  light: { viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light' },
};
/** Milliseconds: till plots have something to show. */
const FLOWING = 15_000;
const DRAWN = 4_000;
/** Till the first event is there, on a machine that does much else. */
const PATIENCE = 300_000;

const [, , address = '', folder] = process.argv;
const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });

if (folder === undefined) await shoot(LOOKS.light, ['flow'], () => PICTURE, FLOWING);
else
  for (const [look, options] of Object.entries(LOOKS))
    await shoot(options, PAGES, (page) => join(folder, `${look}-${page.replace('/', '-')}.png`), DRAWN);
await browser.close();

async function shoot(look, pages, fileOf, wait) {
  const context = await browser.newContext(look);
  const page = await context.newPage();
  await page.goto(address);
  for (const name of pages) {
    await page.evaluate(`location.hash = '#/${name}'`);
    if (name === 'flow') await page.locator('.latest li').first().waitFor({ timeout: PATIENCE });
    await page.waitForTimeout(wait);
    if (name === 'events') await page.getByRole('listbox', { name: 'Events' }).getByRole('option').first().click();
    await page.screenshot({ path: fileOf(name) });
  }
  await context.close();
}
