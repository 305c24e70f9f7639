import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Envelope } from '../../../events/envelope.ts';
import { type Built, build } from './build.ts';
import { endAll } from './command.ts';
import { type Endpoints, startEndpoints } from './endpoints.ts';

const FILE = join(process.cwd(), 'test/fixtures/terraform-reviews.ndjson.gz');

let built: Built;
let endpoints: Endpoints;

beforeAll(async () => {
  built = await build();
  endpoints = await startEndpoints(built, join(built.folder, 'home'), '--in-memory');
  const { shell } = endpoints;
  await shell.done('provision');
  await shell.done('feed', FILE, '--limit', '60');
  await shell.done('run', '--until-idle');
});

afterAll(async () => {
  await endpoints?.process.signal('SIGTERM');
  endAll();
  built?.remove();
});

/** The lines under the examples of a command's help, as they are printed. */
const examplesOf = async (...command: string[]): Promise<string[]> => {
  const help = await endpoints.shell.done(...command, '--help');
  return (help.split(/^Examples?:\n/m)[1] ?? '').split('\n').flatMap((line) => line.match(/^ {2}(.+)$/)?.[1] ?? []);
};

/** What lines for a shell print, in which `afterwrite` is the command. */
const typed = async (lines: readonly string[]): Promise<string> => {
  const script = `set -e\nafterwrite() { '${process.execPath}' '${built.main}' "$@"; }\n${lines.join('\n')}`;
  const env = { PATH: process.env.PATH ?? '', ...endpoints.environment };
  return (await promisify(execFile)('sh', ['-c', script], { env, cwd: built.folder })).stdout;
};

test('the examples of events match work as printed', async () => {
  const examples = await examplesOf('events', 'match');
  expect(examples).toHaveLength(2);
  expect(await typed(examples)).toMatch(/^\d+ of \d+ events since \d{4}-.+Z match\.\n/);
});

test('the examples of events tail work as printed', async () => {
  const examples = (await examplesOf('events', 'tail')).filter((line) => !line.includes('--follow'));
  expect(examples).toHaveLength(2);
  for (const example of examples) await typed([example]);
});

test('events match finds what was published, and nothing else', async () => {
  const { shell } = endpoints;
  const all = await shell.json<Envelope>('events', 'tail', '--lines', '9999');
  const risky = all.filter(({ data }) => Number((data as { riskScore?: number }).riskScore) >= 50);
  expect(risky.length).toBeGreaterThan(0);
  expect(risky.length).toBeLessThan(all.length);
  const pattern = '{"source": ["afterwrite.reviewer"], "detail": {"data": {"riskScore": [{"numeric": [">=", 50]}]}}}';
  const [report] = await typed([
    `echo '${pattern}' > risky.json`,
    'afterwrite events match --pattern risky.json --lines 1 --json',
  ]).then((text) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  expect(report).toMatchObject({ since: null, looked: all.length, matched: risky.length });
  expect(report.first).toHaveLength(1);
  const where = '{"data":{"riskScore":[{"numeric":[">=",50]}]}}';
  expect(await shell.json('events', 'tail', '--lines', '9999', '--where', where)).toEqual(risky);
});

test('since goes back from the time of the stage, not of the machine', async () => {
  const { shell } = endpoints;
  await typed([`echo '{"detail-type": ["ReviewRequested"]}' > requested.json`]);
  const matched = async (...since: string[]): Promise<number> => {
    const [report] = await shell.json<{ matched: number }>(
      'events',
      'match',
      '--pattern',
      join(built.folder, 'requested.json'),
      ...since,
    );
    return report!.matched;
  };
  expect(await matched()).toBe(60);
  expect(await matched('--since', '9999d')).toBe(60);
  const requested = await shell.json<Envelope>('events', 'tail', '--type', 'ReviewRequested', '--lines', '60');
  const times = requested.map(({ metadata }) => Date.parse(metadata.time));
  const half = Math.round((Math.max(...times) - Math.min(...times)) / 2_000);
  const lately = await matched('--since', `${half}s`);
  expect(lately).toBeGreaterThan(0);
  expect(lately).toBeLessThan(60);
});
