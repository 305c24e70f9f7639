import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeProgram } from '../../../infra/cli/program.ts';
import { installed } from '../cli/installed.ts';
import { shellBlocks } from './blocks.ts';
import { helpExamples } from './examples.ts';
import { GIVEN } from './given.ts';
import { FAILING, SKIPPED, STAYING } from './told.ts';
import { Terminal } from './typed.ts';

/* Whoever types what README, CONTRIBUTING and --help print, in that order, gets what they say: line by line, on one embedded stack. */

/** A machine that does much else takes its time. */
jest.setTimeout(300_000);

const here = installed();
const blocks = [
  ...['README.md', 'CONTRIBUTING.md'].flatMap((file) => shellBlocks(file, readFileSync(file, 'utf8'))),
  ...helpExamples(makeProgram()),
];
const given = new Set<string>();
let terminal: Terminal;

beforeAll(() => {
  terminal = new Terminal(here.built, here.home);
});

describe.each(blocks)('$heading', ({ heading, lines }) => {
  const printed = lines.map(({ file, line, text, command }) => [`${file}:${line} ${command}`, text, command] as const);
  const run = printed.filter(([, , command]) => !(command in SKIPPED));

  beforeAll(async () => {
    if (run.length === 0 || given.has(heading)) return;
    given.add(heading);
    await GIVEN[heading]?.(here);
  });

  afterAll(async () => {
    for (const { code, said } of await terminal.interrupt()) expect(`${code}\n${said}`).toMatch(/^0\n/);
  });

  if (run.length === 0) test('nothing of it is run', () => expect(lines.length).toBeGreaterThan(0));
  else
    test.each(run)('%s', async (_, text, command) => {
      const says = STAYING[command];
      if (says) return void (await terminal.stay(text, says));
      const { code, said } = await terminal.type(await filled(text));
      const wrong = FAILING[command];
      expect(`${code}\n${said}`).toMatch(wrong ? /^1\n/ : /^0\n/);
      expect(said).toMatch(wrong ?? /^/);
      return expect(said).not.toMatch(/this is a bug|^\s+at .+:\d+/m);
    });
});

/** The one id that nobody can print before: of a replay that was stopped. */
async function filled(text: string): Promise<string> {
  if (!text.includes('5f0c…')) return text;
  const slow = 'npx afterwrite replay --to bus --from 2017-07-01 --until 2017-07-12 --type ReviewCompleted --rate 20';
  const said = await terminal.stay(slow, /^Replay \S+ to .+ begins/m);
  await terminal.interrupt();
  return text.replace('5f0c…', /^Replay (\S+) to/m.exec(said)?.[1] ?? '');
}

test('nothing is listed here that is printed no more', () => {
  const commands = new Set(blocks.flatMap(({ lines }) => lines.map(({ command }) => command)));
  const listed = [SKIPPED, STAYING, FAILING].flatMap((list) => Object.keys(list));
  expect(listed.filter((command) => !commands.has(command))).toEqual([]);
  const headings = new Set(blocks.map(({ heading }) => heading));
  expect(Object.keys(GIVEN).filter((heading) => !headings.has(heading))).toEqual([]);
});

test('npx, asked in a clone, finds this very command, and asks no registry', () => {
  const env = { ...process.env, npm_config_offline: 'true', npm_config_cache: join(here.built.folder, 'npm-cache') };
  const said = execFileSync('npx', ['afterwrite', '--version'], { env, encoding: 'utf8' });
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(said.trim()).toBe(version);
});
