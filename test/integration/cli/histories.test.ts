import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fed } from '../../../infra/feed/fed.ts';
import type { ParkedStatus } from '../../../infra/views/lag.ts';
import { type ReviewLine, readLines } from '../../support/oracle/lines.ts';
import { materialise, type Tables } from '../../support/oracle/tables.ts';
import { jsonLines } from './command.ts';
import { deliveredTo } from './endpoints.ts';
import { eventProblems, statisticProblems } from './expectations.ts';
import { installed } from './installed.ts';

const LINES = readLines(join(process.cwd(), 'test/fixtures/terraform-reviews.ndjson.gz')).slice(0, 25);
/** More than 400 days after all the others: they are due. */
const LATE: ReviewLine = {
  review_id: 'ffffffffff01',
  stack_id: 'late',
  requested_at: '2018-12-01T09:00:00Z',
  completed_at: '2018-12-01T10:00:00Z',
  created_by: 'u-late',
  status: 'completed',
  risk_score: 0,
  findings: [],
  fixed_issue_hashes: [],
};

const here = installed();

function fileOf(name: string, lines: readonly (ReviewLine | string | object)[]): string {
  const file = join(here.built.folder, `${name}.ndjson`);
  writeFileSync(file, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return file;
}

const asTold = async (stage: string, tables: Tables): Promise<string[]> => [
  ...(await statisticProblems(here.shell, tables, stage)),
  ...(await eventProblems(here.shell, deliveredTo(here.home, stage), tables, stage)),
];

test('feeding again changes nothing, neither before nor after reviews have left for the archive', async () => {
  const stage = 'again';
  const file = fileOf(stage, [...LINES, LATE]);
  const feed = async (): Promise<Fed> =>
    (await here.shell.json<Fed & object>('feed', file, '--stage', stage))[0] as Fed;
  const tables = materialise([...LINES, LATE]);
  const items = tables.versions.length + tables.findings.length;
  await here.shell.done('provision', '--stage', stage);
  expect(await feed()).toEqual({ lines: 26, written: items, present: 0, broken: [] });
  expect(await feed()).toEqual({ lines: 26, written: 0, present: items, broken: [] });
  await here.shell.done('run', '--until-idle', '--stage', stage);
  const bundles = await here.shell.json('archive', 'ls', '--dataset', 'bundles', '--stage', stage);
  expect(bundles).toHaveLength(LINES.length);
  expect(await asTold(stage, tables)).toEqual([]);
  const before = deliveredTo(here.home, stage).length;
  expect(await feed()).toEqual({ lines: 26, written: 0, present: items, broken: [] });
  await here.shell.done('run', '--until-idle', '--stage', stage);
  expect(await asTold(stage, tables)).toEqual([]);
  expect(await here.shell.json('verify', '--stage', stage)).toMatchObject([
    { items: 2, departed: items - 2, drift: 0 },
  ]);
  expect(deliveredTo(here.home, stage)).toHaveLength(before);
}, 200_000);

test('of a file with broken lines, each is named with its number and reason, and the rest is there', async () => {
  const stage = 'broken';
  const [first, second, third] = LINES.slice(0, 3) as [ReviewLine, ReviewLine, ReviewLine];
  const file = fileOf(stage, [first, '{"review_id":', second, { ...third, findings: 'none' }, third]);
  await here.shell.done('provision', '--stage', stage);
  const { code, stderr } = await here.shell.run('feed', file, '--stage', stage);
  expect(code).toBe(1);
  const complaints = stderr.trim().split('\n');
  expect(complaints).toHaveLength(2);
  expect(complaints[0]).toMatch(/^afterwrite: .*line 2: .*JSON.* -> /);
  expect(complaints[1]).toMatch(/^afterwrite: .*line 4: .*findings.* -> /);
  await here.shell.done('run', '--until-idle', '--stage', stage);
  expect(await asTold(stage, materialise([first, second, third]))).toEqual([]);
  const again = await here.shell.run('feed', file, '--stage', stage, '--json');
  expect(again.code).toBe(1);
  const [{ broken, written } = { broken: [], written: -1 }] = jsonLines<Fed>(again.stdout);
  expect([broken.map(({ line }) => line), written]).toEqual([[2, 4], 0]);
});

/** Three lines that are well formed as lines, and hold what no review may hold. */
const SECRET = 'SECRET-LEVEL';
const scored = { ...LATE, review_id: 'fffffffffff1', risk_score: 140 };
const homeless = { ...LATE, review_id: 'fffffffffff2', stack_id: undefined };
const [sample] = LINES[0]?.findings ?? [];
const graded = { ...LATE, review_id: 'fffffffffff3', findings: [{ ...sample, severity: SECRET }] };
const PARKED = [
  'fanout REVIEW#fffffffffff1/VERSION#2',
  'fanout REVIEW#fffffffffff2/VERSION#1',
  'fanout REVIEW#fffffffffff2/VERSION#2',
  'statistics FINDING#fffffffffff3-0/REVIEW#fffffffffff3',
  'statistics REVIEW#fffffffffff1/VERSION#2',
  'statistics REVIEW#fffffffffff2/VERSION#1',
  'statistics REVIEW#fffffffffff2/VERSION#2',
];
const FIELDS: Record<string, RegExp> = { fffffffffff1: /riskScore/, fffffffffff2: /stackId/, fffffffffff3: /severity/ };

function withoutMalformed(lines: readonly object[]): Tables {
  const { versions, findings } = materialise(lines as ReviewLine[]);
  return {
    versions: versions.filter((v) => v.riskScore !== 140 && v.reviewId !== homeless.review_id),
    findings: findings.filter((f) => String(f.severity) !== SECRET),
  };
}

test('what is malformed is parked with its key and the reason, never its value; all else is exact', async () => {
  const stage = 'malformed';
  const lines = [...LINES.slice(0, 10), scored, ...LINES.slice(10, 15), homeless, graded, ...LINES.slice(15)];
  await here.shell.done('provision', '--stage', stage);
  await here.shell.done('feed', fileOf(stage, lines), '--stage', stage);
  const run = await here.shell.run('run', '--until-idle', '--stage', stage);
  expect(run.code).toBe(0);
  const { stdout } = await here.shell.run('status', '--json', '--stage', stage);
  const [{ parked } = { parked: [] }] = jsonLines<{ parked: ParkedStatus[] }>(stdout);
  expect(parked.map(({ processor, key }) => `${processor} ${key}`).sort()).toEqual(PARKED);
  const unnamed = parked.filter(({ key, reason }) => !FIELDS[/f{11}\d/.exec(key)?.[0] ?? '']?.test(reason));
  expect(unnamed).toEqual([]);
  expect(parked.map(({ code }) => code)).toEqual(parked.map(() => 'ITEM_MALFORMED'));
  const told = [run.stdout, run.stderr, ...parked.map(({ reason }) => reason)].join('\n');
  expect(told).not.toMatch(/\b140\b|SECRET-LEVEL/);
  expect(await asTold(stage, withoutMalformed(lines))).toEqual([]);
}, 200_000);

test('the endpoints are told as variables, and nothing else is on standard output', () => {
  expect(Object.keys(here.environment)).toEqual([
    'AWS_ENDPOINT_URL_DYNAMODB',
    'AWS_ENDPOINT_URL_DYNAMODB_STREAMS',
    'AWS_ENDPOINT_URL_S3',
    'AWS_ENDPOINT_URL_EVENTBRIDGE',
    'AWS_ENDPOINT_URL_LAMBDA',
  ]);
  const note = JSON.parse(readFileSync(join(here.home, 'stack.json'), 'utf8'));
  expect(Object.values(here.environment)).toContain(note.endpoints.s3);
});
