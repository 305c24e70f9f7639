import { join } from 'node:path';
import { readLines } from '../../support/oracle/lines.ts';
import { materialise } from '../../support/oracle/tables.ts';
import { type Environment, jsonLines, Running } from './command.ts';
import { deliveredTo } from './endpoints.ts';
import { eventProblems, statisticProblems } from './expectations.ts';
import { installed } from './installed.ts';

const FIXTURE = join(process.cwd(), 'test/fixtures/terraform-reviews.ndjson.gz');
const STAGE = 'dev';
const LIMIT = 40;
const tables = materialise(readLines(FIXTURE).slice(0, LIMIT));
const LONGEST_MS = 180_000;

const here = installed();

/** The service's process, as its container runs it. */
function startWorker(more: Environment): Running {
  const { built, environment } = here;
  const main = join(built.folder, 'dist/infra/aws/handlers/worker.js');
  const deployed = { AFTERWRITE_SYSTEM: 'reviewer', AFTERWRITE_STAGE: STAGE, AWS_REGION: 'us-east-1' };
  const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  return new Running({ ...built, main }, [], { ...environment, ...deployed, ...credentials, ...quiet, ...more });
}

test(
  'the service reads all that was written, and gives its shards back when it is told to stop',
  async () => {
    await here.shell.done('provision');
    const worker = startWorker({});
    await here.shell.done('feed', FIXTURE, '--limit', String(LIMIT));
    while ((await statisticProblems(here.shell, tables, STAGE)).length > 0);
    // Reader 'archive' waits half a minute for more.
    while ((await eventProblems(here.shell, deliveredTo(here.home, STAGE), tables, STAGE)).length > 0);
    const { code, stdout, stderr } = await worker.signal('SIGTERM');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const told = jsonLines<{ message?: string }>(stdout).flatMap(({ message }) => message ?? []);
    expect(told[0]).toBe('the worker begins');
    expect(told.at(-1)).toBe('the worker has stopped; it goes on from its checkpoints');
    const [status] = await here.shell.json<{ shards: { owner: string | null }[] }>('status');
    expect(status?.shards.map(({ owner }) => owner)).toEqual([null, null, null]);
  },
  LONGEST_MS,
);

test('its system may be a file in the image, and is the one that was deployed', async () => {
  const file = join(here.built.folder, 'dist/shared/systems/incidents.js');
  const { code, stderr } = await startWorker({ AFTERWRITE_DECLARATION: file }).ended;
  expect(code).toBe(1);
  expect(stderr).toContain("AFTERWRITE_SYSTEM is 'reviewer', and the declaration's name is 'incidents'");
});

test('a system that nobody declares is told', async () => {
  const { code, stderr } = await startWorker({ AFTERWRITE_SYSTEM: 'shop' }).ended;
  expect(code).toBe(1);
  expect(stderr).toContain("no system 'shop' is declared");
});
