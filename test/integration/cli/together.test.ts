import { join } from 'node:path';
import { readLines } from '../../support/oracle/lines.ts';
import { materialise } from '../../support/oracle/tables.ts';
import { deliveredTo } from './endpoints.ts';
import { eventProblems, statisticProblems } from './expectations.ts';
import { installed } from './installed.ts';

const FIXTURE = join(process.cwd(), 'test/fixtures/terraform-reviews.ndjson.gz');
const STAGE = 'dev';
const LIMIT = 60;
const tables = materialise(readLines(FIXTURE).slice(0, LIMIT));
const LONGEST_MS = 300_000;

const here = installed();

/** Who reads for each processor, as soon as so many processes share the work; `not` is none of them. */
async function ownersOnce(count: number, not?: readonly string[]): Promise<string[]> {
  for (;;) {
    const [status] = await here.shell.json<{ shards: { owner: string | null }[] }>('status');
    const owners = [...new Set(status?.shards.map(({ owner }) => owner ?? ''))];
    if (owners.length === count && owners.every((owner) => owner !== '' && !not?.includes(owner))) return owners.sort();
  }
}

test(
  'two runs share the readers; one is killed and the other takes over; a third that ends when all is read ends beside it',
  async () => {
    await here.shell.done('provision');
    await here.shell.done('feed', FIXTURE, '--limit', '1');
    const first = here.shell.start('run');
    const [doomed = ''] = await ownersOnce(1);
    const second = here.shell.start('run');
    expect(await ownersOnce(2)).toContain(doomed);
    const feeding = here.shell.start('feed', FIXTURE, '--limit', String(LIMIT), '--rate', '100');
    await first.signal('SIGKILL');
    const [heir] = await ownersOnce(1, [doomed]);
    expect(await feeding.ended).toMatchObject({ code: 0 });
    const third = await here.shell.run('run', '--until-idle', '--json');
    expect(JSON.parse(third.stdout)).toMatchObject({ idle: true });
    expect(await statisticProblems(here.shell, tables, STAGE)).toEqual([]);
    expect(await eventProblems(here.shell, deliveredTo(here.home, STAGE), tables, STAGE)).toEqual([]);
    expect(await ownersOnce(1)).toEqual([heir]);
    expect(await second.signal('SIGTERM')).toMatchObject({ code: 0 });
    const [status] = await here.shell.json<{ shards: { owner: string | null }[] }>('status');
    expect(status?.shards.map(({ owner }) => owner)).toEqual([null, null, null]);
  },
  LONGEST_MS,
);
