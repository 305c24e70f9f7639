import { randomBytes } from 'node:crypto';
import type { System } from '../../shared/model/system.ts';
import { feedLine } from '../feed/feedLine.ts';
import type { PipelineOptions } from '../pipeline/options.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { ArchiveBoard } from './archiveBoard.ts';
import type { Asset } from './assets.ts';
import { Hub } from './hub.ts';
import { ParkedDesk } from './parkedDesk.ts';
import { readings } from './readings.ts';
import { LAST_EVENTS, RecentEvents } from './recentEvents.ts';
import { ReplayDesk } from './replayDesk.ts';
import { Rounds } from './rounds.ts';
import { Search } from './search.ts';
import { serve } from './server.ts';
import { Board } from './statistics/board.ts';
import { measuresOf } from './statistics/shown.ts';
import type { About } from './wire.ts';

const TOKEN_BYTES = 24;

export interface Console {
  /** With the token behind the #, which no browser sends to a server. */
  readonly url: string;
  /** Resolves when the signal has stopped it, and what it ran has settled. */
  readonly ended: Promise<void>;
}

export interface ConsoleOptions {
  readonly assets: ReadonlyMap<string, Asset>;
  /** 0: a free one. */
  readonly port: number;
  /** Absent: a new one. */
  readonly token?: string;
}

/** Serves the page until the signal stops it. Throws PORT_TAKEN. */
export async function openConsole(
  place: Workplace,
  options: PipelineOptions,
  { assets, port, token = randomBytes(TOKEN_BYTES).toString('base64url') }: ConsoleOptions,
  signal: AbortSignal,
): Promise<Console> {
  const { clock, log } = options;
  const hub = new Hub(new RecentEvents(LAST_EVENTS), options.newId());
  const replays = new ReplayDesk(place, options, signal);
  const desks = {
    place,
    about: aboutOf(place),
    hub,
    board: new Board(place, clock),
    archive: new ArchiveBoard(place, clock),
    search: new Search(place),
    replays,
    parked: new ParkedDesk(place, options, signal),
  };
  const server = await serve({ desks, assets, token, log }, port);
  const rounds = new Rounds(options, hub).run(readings({ place, clock, replays }, hub), signal);
  const ended = (async () => {
    await rounds;
    await server.close();
    await replays.settled();
  })();
  return { url: `http://127.0.0.1:${server.port}/#token=${token}`, ended };
}

const aboutOf = ({ system, names, region }: Workplace): About => ({
  system: system.name,
  stage: names.stage,
  region,
  table: names.table,
  bus: names.bus,
  replayBus: names.replayBus,
  bucket: names.bucket,
  feed: feedLine(system) ?? null,
  statistics: system.statistics.map((statistic) => ({
    name: statistic.name,
    key: statistic.key.text,
    group: statistic.key.placeholders,
    measures: measuresOf(statistic).map(([name, { kind }]) => ({ name, kind })),
  })),
  events: typesOf(system),
  entities: [...new Set(system.events.map(({ of }) => of.name))],
});

function typesOf({ events }: System): About['events'] {
  const types = new Map(events.map((rule) => [rule.type, rule.description]));
  return [...types].sort(([a], [b]) => (a < b ? -1 : 1)).map(([type, description]) => ({ type, description }));
}
