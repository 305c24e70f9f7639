import { type S3Endpoint, startS3 } from '../../../infra/local/s3/server.ts';
import { datasetPrefix } from '../../../shared/archive/layout.ts';
import { s3ArchiveStore } from '../../../shared/aws/archiveStore.ts';
import { type Clients, connect } from '../../../shared/aws/clients.ts';
import { provisionBucket } from '../../../shared/aws/provisionRest.ts';
import { namesOf } from '../../../shared/model/names.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { TurnedClock } from '../../support/memory/turnedClock.ts';
import { type Built, build } from './build.ts';
import { endAll, Shell } from './command.ts';

/* The command is a process; the S3 that it speaks to is here, so that its clock can be turned. */

const HOUR_MS = 3_600_000;
const REGION = 'us-east-1';
const names = namesOf(reviewer, 'dev');
const clock = new TurnedClock(Date.now());
const prefix = datasetPrefix(reviewer, names, 'bundles');
const restore = ['archive', 'restore', '--dataset', 'bundles'] as const;

let built: Built;
let endpoint: S3Endpoint;
let clients: Clients;
let shell: Shell;

beforeAll(async () => {
  built = await build();
  endpoint = await startS3({ clock });
  const credentials = { accessKeyId: 'afterwrite', secretAccessKey: 'afterwrite' };
  clients = connect({ region: REGION, endpoints: { s3: endpoint.url }, credentials });
  shell = new Shell(built, { AWS_ENDPOINT_URL: endpoint.url });
  await provisionBucket(clients.s3, names.bucket, REGION);
  const archive = s3ArchiveStore(clients.s3, names.bucket);
  await archive.putIfAbsent(`${prefix}a`, new Uint8Array(1_000), { storageClass: 'GLACIER' });
  await archive.putIfAbsent(`${prefix}b`, new Uint8Array(2_000), { storageClass: 'GLACIER' });
  await archive.putIfAbsent(`${prefix}warm`, new Uint8Array(10));
});

afterAll(async () => {
  clients?.close();
  endAll();
  await endpoint?.stop();
  built?.remove();
});

const states = async (): Promise<unknown[]> =>
  (await shell.json('archive', 'ls', '--dataset', 'bundles', '--states')).map(({ state }) => state);

test('cold, asked for, on its way, readable: each is told, and a dry run asks for nothing', async () => {
  const found = { dataset: 'bundles', cold: 2, restoring: 0, readable: 0, objects: 2, bytes: 3_000, hours: 5 };
  const ask = { tier: 'Standard', days: 7, dollars: expect.any(Number) };
  expect(await shell.json(...restore, '--dry-run')).toEqual([{ ...found, ...ask, dryRun: true }]);
  expect(await states()).toEqual(['cold', 'cold', 'readable']);

  expect(await shell.json(...restore)).toEqual([{ ...found, ...ask, dryRun: false }]);
  expect(await states()).toEqual(['restoring', 'restoring', 'readable']);
  expect(await shell.json(...restore)).toMatchObject([{ cold: 2, restoring: 2, objects: 0, dollars: 0 }]);

  clock.advance(5 * HOUR_MS);
  const [first] = await shell.json('archive', 'ls', '--dataset', 'bundles', '--states');
  expect(first).toMatchObject({ state: 'readable', until: expect.stringMatching(/T00:00:00\.000Z$/) });
  const told = await shell.done(...restore);
  expect(told).toContain('2 bundles in cold storage: 0 on their way, 2 readable now');
  expect(await shell.done('archive', 'ls', '--dataset', 'bundles', '--states')).toContain('  readable until 20');
});

test('where nothing is cold, that is what it says', async () => {
  const told = await shell.done('archive', 'restore', '--dataset', 'segments');
  expect(told).toBe('No segments of these lie in cold storage: all can be read now.\n');
});

test.each([
  [[...restore, '--from', '2026-01-01'], 'bundles do not lie by time'],
  [['archive', 'restore'], '--dataset'],
  [[...restore, '--tier', 'Slow'], 'Expedited, Standard, Bulk'],
])('wrong usage: %j', async (args, naming) => {
  const { code, stderr } = await shell.run(...args);
  expect(stderr).toContain(naming);
  expect(code).toBe(2);
});
