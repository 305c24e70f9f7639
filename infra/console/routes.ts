import type { IncomingMessage, ServerResponse } from 'node:http';
import { AfterwriteError } from '../../shared/model/errors.ts';
import type { Selection } from '../../shared/state/replays.ts';
import type { Workplace } from '../pipeline/workplace.ts';
import { answerProblem, HEADERS } from './answers.ts';
import type { ArchiveBoard } from './archiveBoard.ts';
import type { Hub } from './hub.ts';
import type { ParkedDesk } from './parkedDesk.ts';
import type { ReplayDesk } from './replayDesk.ts';
import type { Search } from './search.ts';
import type { Board } from './statistics/board.ts';
import { groupOf } from './statistics/group.ts';
import type { About } from './wire.ts';

/** What the routes answer from. */
export interface Desks {
  readonly place: Pick<Workplace, 'system' | 'table'>;
  readonly about: About;
  readonly hub: Hub;
  readonly board: Pick<Board, 'counts' | 'statistic'>;
  readonly archive: Pick<ArchiveBoard, 'told'>;
  readonly search: Pick<Search, 'find' | 'whole'>;
  readonly replays: Pick<ReplayDesk, 'forecast' | 'start' | 'cancel' | 'resume'>;
  readonly parked: Pick<ParkedDesk, 'list' | 'work'>;
}

interface Call {
  readonly query: URLSearchParams;
  /** Of a POST, parsed. */
  readonly body: unknown;
  /** The page has gone. */
  readonly signal: AbortSignal;
}

type Route = (desks: Desks, call: Call) => Promise<unknown>;

/** Answers with JSON. Those of POST change something, and are let in with the token alone. */
export const ROUTES: Readonly<Record<string, Route>> = {
  'GET /api/about': async ({ about }) => about,
  'GET /api/statistics': ({ board }) => board.counts(),
  'GET /api/statistic': ({ board }, { query }) =>
    board.statistic(query.get('name') ?? '', {
      text: query.get('text') ?? undefined,
      sort: query.get('sort') ?? undefined,
      descending: query.has('sort') ? query.get('order') !== 'ascending' : undefined,
    }),
  'GET /api/group': ({ place }, { query }) =>
    groupOf(place, query.get('name') ?? '', objectIn(query.get('group') ?? '{}')),
  'GET /api/event': async ({ hub, search }, { query }) => eventIn(hub, search, query.get('id') ?? ''),
  'GET /api/search': ({ search }, { query, signal }) =>
    search.find(query.get('text') ?? '', selectionIn(query), signal),
  'GET /api/archive': ({ archive }) => archive.told(),
  'GET /api/parked': ({ parked }) => parked.list(),
  'GET /api/forecast': ({ replays }, { query }) => replays.forecast(objectIn(query.get('replay') ?? '{}')),
  'POST /api/replays': ({ replays }, { body }) => replays.start(body),
  'POST /api/replays/cancel': ({ replays }, { body }) => replays.cancel(idIn(body)),
  'POST /api/replays/resume': ({ replays }, { body }) => replays.resume(idIn(body)),
  'POST /api/parked': ({ parked }, { body }) => parked.work(body),
};

const TOO_MANY = { code: 'TOO_MANY', message: 'too many pages watch already', mend: 'close some of them' };

/** Server-sent events: what changes, until the page goes. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function watch({ hub }: Desks, request: IncomingMessage, response: ServerResponse): void {
  if (hub.isFull) {
    answerProblem(response, TOO_MANY, 503);
    return;
  }
  response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 1000\n\n');
  const last = request.headers['last-event-id'];
  hub.join(response, typeof last === 'string' ? last : undefined);
}

function objectIn(text: string): Record<string, string> {
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, string>;
  } catch {
    // Told below.
  }
  throw new AfterwriteError('USAGE', 'that is no JSON object', { mend: 'load the page anew' });
}

function idIn(body: unknown): string {
  const id = (body as { id?: unknown } | null)?.id;
  if (typeof id === 'string' && /^[\w-]{1,64}$/.test(id)) return id;
  throw new AfterwriteError('USAGE', 'that is no id of a replay', { mend: 'load the page anew' });
}

function eventIn(hub: Hub, search: Desks['search'], id: string): unknown {
  const json = hub.events.find(id) ?? search.whole(id);
  if (json !== undefined) return JSON.parse(json);
  throw new AfterwriteError('NOT_FOUND', 'this event is not among the last ones any more', {
    mend: 'search the archive for its id',
  });
}

function selectionIn(query: URLSearchParams): Selection {
  const type = query.get('type');
  return { ...(type && { types: [type] }) };
}
