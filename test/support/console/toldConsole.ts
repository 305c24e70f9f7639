import { Hub } from '../../../infra/console/hub.ts';
import { RecentEvents } from '../../../infra/console/recentEvents.ts';
import type { Desks } from '../../../infra/console/routes.ts';
import { serve } from '../../../infra/console/server.ts';
import type { About } from '../../../infra/console/wire.ts';
import { AfterwriteError } from '../../../shared/model/errors.ts';
import { silentLog } from '../../../shared/ports/log.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { MemoryTable } from '../memory/memoryTable.ts';
import { TurnedClock } from '../memory/turnedClock.ts';
import type { bundled } from './bundled.ts';

/* The console's own server and hub, and desks that say what a test wants: what a page makes of it. */

const TOKEN = 'the-token-of-this-test';

const about: About = {
  system: 'reviewer',
  stage: 'told',
  region: 'us-east-1',
  table: 'reviews-told',
  bus: 'reviews-told-bus',
  replayBus: 'reviews-told-replay',
  bucket: 'reviews-told-archive',
  feed: null,
  statistics: [
    {
      name: 'stack',
      key: 'STACK#{stackId} / STATS',
      group: ['stackId'],
      measures: [{ name: 'reviews', kind: 'count' }],
    },
  ],
  events: [
    { type: 'ReviewRequested', description: 'one was asked for' },
    { type: 'ReviewFailed', description: 'one failed' },
  ],
  entities: ['version'],
};

/** What is answered to what is asked; what a test does not give is not found. */
type Answers = { -readonly [Name in Exclude<keyof Desks, 'hub' | 'place' | 'about'>]?: Partial<Desks[Name]> };

export interface ToldConsole {
  readonly hub: Hub;
  readonly origin: string;
  readonly url: string;
  answers: Answers;
  stop(): Promise<void>;
}

/** @param port 0: a free one. @param run names it for the pages */
export async function toldConsole(
  assets: Awaited<ReturnType<typeof bundled>>,
  port = 0,
  run = 'run',
): Promise<ToldConsole> {
  const hub = new Hub(new RecentEvents({ events: 10_000, characters: 16_000_000 }), run);
  const given: { answers: Answers } = { answers: {} };
  const asked =
    <Desk extends keyof Answers>(desk: Desk, method: string) =>
    async (...args: unknown[]): Promise<never> => {
      const answer = (given.answers[desk] as Record<string, (...args: unknown[]) => unknown> | undefined)?.[method];
      if (answer) return (await answer(...args)) as never;
      throw new AfterwriteError('NOT_FOUND', `nobody told of ${desk}.${method}`, { mend: 'tell it in the test' });
    };
  const desks: Desks = {
    place: { system: reviewer, table: new MemoryTable(reviewer.table, new TurnedClock()) },
    about,
    hub,
    board: { counts: asked('board', 'counts'), statistic: asked('board', 'statistic') },
    archive: { told: asked('archive', 'told') },
    search: { find: asked('search', 'find'), whole: () => undefined },
    replays: {
      forecast: asked('replays', 'forecast'),
      start: asked('replays', 'start'),
      cancel: asked('replays', 'cancel'),
      resume: asked('replays', 'resume'),
    },
    parked: { list: asked('parked', 'list'), work: asked('parked', 'work') },
  };
  const server = await serve({ desks, assets, token: TOKEN, log: silentLog }, port);
  const origin = `http://127.0.0.1:${server.port}`;
  return {
    hub,
    origin,
    url: `${origin}/#token=${TOKEN}`,
    get answers() {
      return given.answers;
    },
    set answers(answers) {
      given.answers = answers;
    },
    stop: () => server.close(),
  };
}
