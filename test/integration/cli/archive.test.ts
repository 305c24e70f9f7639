import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { readLines } from '../../support/oracle/lines.ts';
import { deliveredTo } from './endpoints.ts';
import { installed } from './installed.ts';

const LINES = readLines(join(process.cwd(), 'test/fixtures/terraform-reviews.ndjson.gz')).slice(0, 10);
const BUCKET = 'afterwrite-reviewer-archive-look';

const here = installed();
const of = (...args: string[]): string[] => ['archive', ...args, '--stage', 'look'];
const json = (...args: string[]) => here.shell.json(...of(...args));

beforeAll(async () => {
  const file = join(here.built.folder, 'look.ndjson');
  // The last makes the others due.
  const lines = [
    ...LINES,
    {
      ...LINES[0],
      review_id: 'ffffffffff01',
      requested_at: '2019-12-01T09:00:00Z',
      completed_at: '2019-12-01T10:00:00Z',
      findings: [],
    },
  ];
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await here.shell.done('provision', '--stage', 'look');
  await here.shell.done('feed', file, '--stage', 'look');
  await here.shell.done('run', '--until-idle', '--stage', 'look');
}, 200_000);

const REVIEW = `REVIEW#${LINES[0]?.review_id}`;

test('compacted history is listed, found, and read by key; values are shown only when asked for', async () => {
  const whole = await json('find');
  const told = await here.shell.done(...of('compact'));
  expect(told).toMatch(/journal: 0 objects .*\n.*objects stay as they are: their hour/);
  const compacted = await json('compact', '--all');
  expect(compacted).toMatchObject([
    { dataset: 'journal', left: { bytes: 0 } },
    { dataset: 'events', segments: 1 },
  ]);
  expect(await json('ls', '--dataset', 'segments')).toHaveLength(2);
  expect(await json('ls', '--dataset', 'manifests')).toHaveLength(2);
  const found = await json('find');
  expect(found.map(({ eventId }) => eventId).sort()).toEqual(whole.map(({ eventId }) => eventId).sort());
  const changes = await json('get', `${REVIEW}/VERSION#1`);
  expect(changes.map(({ cause }) => cause)).toEqual(['write', 'write', 'archived']);
  expect((await json('get', `["${REVIEW}","VERSION#1"]`, '--newest-first'))[0]).toMatchObject({ cause: 'archived' });
  const { stdout, stderr } = await here.shell.run(...of('get', `${REVIEW}/VERSION#1`));
  expect(stdout).toContain('stackId');
  expect(stdout).not.toContain(String(LINES[0]?.stack_id));
  expect(stderr).toMatch(/3 changes of .*; [\d,]+ of [\d,]+ bytes of journal read/);
  expect(await here.shell.done(...of('get', `${REVIEW}/VERSION#1`, '--images'))).toContain(String(LINES[0]?.stack_id));
  expect(await json('find', '--entity', 'finding', '--limit', '2')).toHaveLength(2);
  expect((await here.shell.run(...of('get', 'REVIEW#none/VERSION#1'))).stderr).toContain('[NOT_FOUND]');
}, 200_000);

test('what left is put back, once, and is no change to statistics or events', async () => {
  const delivered = deliveredTo(here.home, 'look').length;
  const key = `${REVIEW}/STATS`;
  const items = await json('restore-items', key, '--collection', 'review');
  expect(items.length).toBeGreaterThan(1);
  expect(new Set(items.map(({ outcome }) => outcome))).toEqual(new Set(['written']));
  const again = await json('restore-items', `${REVIEW}/VERSION#1`);
  expect(again).toMatchObject([{ outcome: 'present' }]);
  await here.shell.done('run', '--until-idle', '--stage', 'look');
  expect(await here.shell.json('verify', '--stage', 'look')).toMatchObject([{ drift: 0, unjudged: 0 }]);
  expect(deliveredTo(here.home, 'look')).toHaveLength(delivered);
  expect((await json('get', `${REVIEW}/VERSION#1`)).at(-1)).toMatchObject({ cause: 'restored' });
}, 200_000);

test('it is exported as files', async () => {
  const out = join(here.built.folder, 'parquet');
  const [journal, events] = await json('export', '--out', out);
  expect(journal).toMatchObject({ dataset: 'journal', rows: (await json('find')).length });
  expect(events).toMatchObject({ dataset: 'events', rows: (await json('find', '--events')).length });
  expect(readdirSync(join(out, 'journal'))).toEqual(['part-00000.parquet']);
  expect((await here.shell.run(...of('export', '--out', out))).code).toBe(2);
}, 200_000);

test('one review is erased: looked at first, asked for, gone, told, and no hole', async () => {
  const before = await json('find');
  const erase = ['erase', '--partition', REVIEW];
  const [dry] = await json(...erase, '--dry-run');
  expect(dry).toMatchObject({ dryRun: true, erasure: null, cold: [], locked: [], inTable: expect.any(Number) });
  expect(await json('find')).toEqual(before);
  const unasked = await here.shell.run(...of(...erase));
  expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining("--yes', or '--dry-run'")]);
  const told = await here.shell.run(...of(...erase, '--reason', 'ticket 4711', '--yes'));
  expect(told.stdout).toMatch(/^erased \(\S+\) \d+ changes and \d+ events in \d+ objects/);
  expect(told.stderr).toContain('in the table still');
  const left = await json('find');
  const isIts = ({ keys }: Record<string, unknown>): boolean => (keys as { PK: { S: string } }).PK.S === REVIEW;
  expect(left).toEqual(before.filter((line) => !isIts(line)));
  expect(left.length).toBe(before.length - Number(dry?.changes));
  expect((await here.shell.run(...of('get', `${REVIEW}/VERSION#1`))).code).toBe(1);
  expect(await json('erasures')).toMatchObject([{ changes: dry?.changes, events: dry?.events, reason: 'ticket 4711' }]);
  expect(await json('erasures', '--partition', REVIEW)).toHaveLength(1);
  expect(await json('erasures', '--partition', 'REVIEW#none')).toEqual([]);
  expect(await json('audit')).toMatchObject([{ holes: 0, findings: [] }]);
  expect(await json(...erase, '--yes')).toMatchObject([{ erasure: null, changes: 0, events: 0 }]);
}, 200_000);

test('an audit finds nothing, and exits 1 once an object is gone', async () => {
  expect(await json('audit')).toMatchObject([{ holes: 0, findings: [] }]);
  const [bundle] = await json('ls', '--dataset', 'bundles');
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const endpoint = here.environment.AWS_ENDPOINT_URL_S3 ?? '';
  const s3 = new S3Client({ region: 'us-east-1', credentials, endpoint, forcePathStyle: true });
  await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: String(bundle?.key) }));
  s3.destroy();
  const { code, stdout } = await here.shell.run(...of('audit'));
  expect([code, stdout]).toEqual([1, expect.stringMatching(/HOLE {2}BUNDLE_MISSING .*\n.*\n {2}-> .*/)]);
}, 200_000);
