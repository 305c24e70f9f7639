import type { Look } from '../../../infra/console/statistics/board.ts';
import type {
  EventRow,
  Flow,
  Health,
  ParkedRow,
  ReplayRow,
  ShardHealth,
  StatisticTold,
} from '../../../infra/console/wire.ts';

/* What the server tells, with what a test does not care for. */

export const shard = (part: Partial<ShardHealth> = {}): ShardHealth => ({
  reader: 'live',
  processor: 'statistics',
  shard: 'shardId-000000000001',
  owner: 'host 1',
  position: null,
  finished: false,
  lagSeconds: 0,
  timeToLossSeconds: null,
  ...part,
});

export const health = (part: Partial<Health> = {}): Health => ({
  clock: { now: '2026-02-01T10:00:00.000Z', fed: false },
  shards: [shard()],
  finishedShards: 0,
  notices: [],
  parked: 0,
  ...part,
});

export const flow = (part: Partial<Flow> = {}): Flow => ({
  at: Date.parse('2026-02-01T10:00:00.000Z'),
  user: 0,
  derived: 0,
  events: 0,
  lagSeconds: 0,
  totals: { user: 0, derived: 0, events: 0 },
  ...part,
});

export const eventRow = (index: number, part: Partial<EventRow> = {}): EventRow => ({
  index,
  id: `e${index}.1`,
  type: 'ReviewRequested',
  version: 1,
  time: '2026-02-01T09:00:00.000Z',
  subject: `REVIEW#${index}/VERSION#1`,
  tenant: null,
  preview: '{}',
  ...part,
});

export const parkedRow = (part: Partial<ParkedRow> = {}): ParkedRow => ({
  processor: 'statistics',
  key: 'REVIEW#x/VERSION#1',
  entity: 'version',
  changes: 2,
  since: '2026-02-01T09:00:00.000Z',
  code: 'ITEM_MALFORMED',
  reason: 'riskScore is no number from 0 to 100',
  held: false,
  ...part,
});

export const replayRow = (part: Partial<ReplayRow> = {}): ReplayRow => ({
  id: 'replay-1',
  state: 'running',
  target: 'bus',
  sent: 5,
  total: 20,
  startedAt: '2026-02-01T09:00:00.000Z',
  endedAt: null,
  reason: null,
  selection: {},
  rate: null,
  ...part,
});

/** Groups of `stack`, each with as many reviews as it stands behind the last. */
export function statisticTold(names: readonly string[], look: Look): StatisticTold {
  const { text = '', sort = 'reviews', descending = true } = look;
  const rows = names
    .map((stackId, i) => ({ group: { stackId }, cells: [names.length - i] }))
    .filter(({ group }) => group.stackId.includes(text));
  return {
    name: 'stack',
    groups: names.length,
    kept: names.length,
    matching: rows.length,
    readAt: '2026-02-01T10:00:00.000Z',
    columns: [{ name: 'reviews', numeric: true }],
    rows: descending ? rows : rows.reverse(),
    sort,
    descending,
    total: {},
    series: null,
  };
}
