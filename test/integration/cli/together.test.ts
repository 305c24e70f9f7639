import { join } from 'node:path';
import { readLines } from '../../support/oracle/lines.ts';
import { materialise } from '../../support/oracle/tables.ts';
import { type Built, build } from './build.ts';
import { endAll } from './command.ts';
import { deliveredTo, type Endpoints, startEndpoints } from './endpoints.ts';
import { eventProblems, statisticProblems } from './expectations.ts';

const FIXTURE = join(process.cwd(), 'test/fixtures/terraform-reviews.ndjson.gz');
const STAGE = 'dev';
const LIMIT = 60;
const tables = materialise(readLines(FIXTURE).slice(0, LIMIT));
const LONGEST_MS = 300_000;

let built: Built;
let home: string;
let endpoints: Endpoints;

beforeAll(async () => {
  built = await build();
  home = join(built.folder, 'home');
  endpoints = await startEndpoints(built, home);
});

afterAll(async () => {
  await endpoints?.process.signal('SIGTERM');
  endAll();
  built?.remove();
});

/** Who reads for each processor, as soon as so many processes share the work; `not` is none of them. */
async function ownersOnce(count: number, not?: readonly string[]): Promise<string[]> {
  for (;;) {
    const [status] = await endpoints.shell.json<{ shards: { owner: string | null }[] }>('status');
    const owners = [...new Set(status?.shards.map(({ owner }) => owner ?? ''))];
    if (owners.length === count && owners.every((owner) => owner !== '' && !not?.includes(owner))) return owners.sort();
  }
}

test(
  'two runs share the readers; one is killed and the other takes over; a third that ends when all is read ends beside it',
  async () => {
    const { shell } = endpoints;
    await shell.done('provision');
    await shell.done('feed', FIXTURE, '--limit', '1');
    const first = shell.start('run');
    const [doomed = ''] = await ownersOnce(1);
    const second = shell.start('run');
    expect(await ownersOnce(2)).toContain(doomed);
    const feeding = shell.start('feed', FIXTURE, '--limit', String(LIMIT), '--rate', '100');
    await first.signal('SIGKILL');
    const [heir] = await ownersOnce(1, [doomed]);
    expect(await feeding.ended).toMatchObject({ code: 0 });
    const third = await shell.run('run', '--until-idle', '--json');
    expect(JSON.parse(third.stdout)).toMatchObject({ idle: true });
    expect(await statisticProblems(shell, tables, STAGE)).toEqual([]);
    expect(await eventProblems(shell, deliveredTo(home, STAGE), tables, STAGE)).toEqual([]);
    expect(await ownersOnce(1)).toEqual([heir]);
    expect(await second.signal('SIGTERM')).toMatchObject({ code: 0 });
    const [status] = await shell.json<{ shards: { owner: string | null }[] }>('status');
    expect(status?.shards.map(({ owner }) => owner)).toEqual([null, null, null]);
  },
  LONGEST_MS,
);
