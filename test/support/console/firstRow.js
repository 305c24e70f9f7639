/**
 * How long a newcomer waits: `npm run build && node test/support/console/firstRow.js`. From the start of `afterwrite dev` on an empty
 * folder to the first statistic's row in a browser, with a feed begun as soon as the address is there; and what the page weighs.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const MAIN = 'dist/infra/cli/main.js';
const FEED = ['feed', 'test/fixtures/terraform-reviews.ndjson.gz', '--limit', '20'];
const PATIENCE_MS = 300_000;

const executablePath = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage();
let bytes = 0;
page.on('requestfinished', async (request) => {
  const { responseBodySize } = await request.sizes();
  if (!request.url().includes('/api/')) bytes += responseBodySize;
});

const home = mkdtempSync(join(tmpdir(), 'afterwrite-first-row-'));
const env = { ...process.env, AFTERWRITE_HOME: home };
const start = performance.now();
const seconds = () => Math.round((performance.now() - start) / 100) / 10;
const dev = spawn(process.execPath, [MAIN, 'dev'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
const address = await new Promise((resolve) => {
  let text = '';
  dev.stdout.on('data', (piece) => {
    text += piece;
    const found = /^console +(\S+)$/m.exec(text);
    if (found) resolve(found[1]);
  });
});
const figures = { address: seconds() };
const feed = spawn(process.execPath, [MAIN, ...FEED], { env, stdio: 'ignore' });
await page.goto(address);
await page.evaluate("location.hash = '#/statistics/stack'");
await page.getByRole('heading', { level: 1 }).waitFor();
figures.page = seconds();
await page.locator('main tbody tr').first().waitFor({ timeout: PATIENCE_MS });
figures.row = seconds();
console.log(
  `seconds from the start to the address ${figures.address}, to the page ${figures.page}, to the first row ${figures.row}`,
);
console.log(`the page is ${bytes} bytes on the wire`);

await browser.close();
feed.kill('SIGINT');
dev.kill('SIGINT');
await new Promise((resolve) => dev.once('close', resolve));
rmSync(home, { recursive: true, force: true });
