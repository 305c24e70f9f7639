/**
 * Makes the README's pictures anew: `npm run pictures`. A pipeline is started in a temporary place and fed; its page is
 * photographed while that goes on, and then a terminal's commands are run, with what they really say.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { terminalSvg } from './terminalSvg.js';

const MAIN = 'dist/infra/cli/main.js';
const SESSION = 'infra/cli/session.svg';
const FILE = 'test/fixtures/terraform-reviews.ndjson.gz';
/** Before the picture, so that the page has something to show; during it, at a steady rate; and in the terminal. */
const [BEFORE, DURING, IN_TERMINAL] = [100, 220, 260];
const LINES_OF_EACH = 9;
const TYPED = [
  `feed ${FILE} --limit ${IN_TERMINAL}`,
  'stats issues --top 4 --category security',
  'events tail --type ReviewFailed StackRiskRaised --lines 4',
  'archive find --type ReviewFailed',
  'status',
  'verify',
];

const home = mkdtempSync(join(tmpdir(), 'afterwrite-pictures-'));
const env = { ...process.env, AFTERWRITE_HOME: home };
const dev = spawn(process.execPath, [MAIN, 'dev'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const address = await addressOf(dev);
  await run(['feed', FILE, '--limit', String(BEFORE)]);
  const feeding = run(['feed', FILE, '--limit', String(DURING), '--rate', '40']);
  await promisify(execFile)(process.execPath, ['test/support/console/screenshot.js', address]);
  await feeding;
  const steps = [];
  for (const typed of TYPED) steps.push({ typed: `npx afterwrite ${typed}`, said: await said(typed.split(' ')) });
  writeFileSync(SESSION, terminalSvg(steps));
} finally {
  dev.kill('SIGINT');
  await new Promise((resolve) => dev.once('close', resolve));
  rmSync(home, { recursive: true, force: true });
}

/** What `dev` prints for the browser. */
async function addressOf({ stdout }) {
  let text = '';
  for await (const piece of stdout.iterator({ destroyOnReturn: false })) {
    text += piece;
    const found = /^console +(\S+)$/m.exec(text);
    if (found) return found[1];
  }
  throw new Error(`dev ended: ${text}`);
}

function run(args) {
  return promisify(execFile)(process.execPath, [MAIN, ...args], { env });
}

/** Standard output alone, as its reader sees it; the rest of many lines is counted. */
async function said(args) {
  const lines = (await run(args)).stdout.trimEnd().split('\n');
  if (lines.length <= LINES_OF_EACH) return lines;
  return [...lines.slice(0, LINES_OF_EACH - 1), `… ${lines.length - LINES_OF_EACH + 1} more lines`];
}
