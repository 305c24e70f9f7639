import { nearestToLoss } from '../../../infra/console/health.ts';
import { noticesOf, type Troubles } from '../../../infra/console/notices.ts';

const none: Troubles = {
  incomplete: [],
  changed: [],
  spilled: [],
  unmatched: { changes: 0, sample: undefined },
  misdated: [],
  open: [{ owner: 'host 1', lagSeconds: 3_600 }],
};
const told = (part: Partial<Troubles>) => noticesOf({ ...none, ...part });

test('a pipeline that is behind and read by somebody asks for nobody', () => {
  expect(told({})).toEqual([]);
});

test('a stream that nobody reads is told once a change waits a minute', () => {
  expect(told({ open: [{ owner: null, lagSeconds: 59 }] })).toEqual([]);
  expect(told({ open: [{ owner: null, lagSeconds: 60 }] })).toMatchObject([
    { level: 'bad', text: expect.stringContaining('Nobody reads'), mend: expect.stringContaining('afterwrite run') },
  ]);
});

test('what is lost stands above what waits, and each says what to do', () => {
  const notices = told({
    incomplete: [{ shard: 'all', reason: 'trimmed' }],
    changed: [{ statistic: 'stack', differences: ['it is new'], leavesItems: false, unreadable: [] }],
    spilled: [{ shard: 'shard-1', since: '2026-02-01T10:00:00.000Z', changes: 4 }],
    unmatched: { changes: 7, sample: 'A/B' },
    misdated: [
      { key: 'A/B', attribute: 'expiresAt', value: '1' },
      { key: 'A/C', attribute: 'expiresAt', value: '2' },
    ],
  });
  expect(notices.map(({ level, text }) => [level, text])).toEqual([
    ['bad', 'Changes of the table were lost: trimmed.'],
    ['warning', 'The declaration changed: stack: it is new.'],
    ['warning', 'The bus was out at 2026-02-01T10:00:00.000Z: events of 4 changes of shard-1 wait in the archive.'],
    ['warning', '7 changes are of items that no entity matches, such as A/B.'],
    ['warning', "Never expires: A/B, and 1 more. 'expiresAt' holds milliseconds, which DynamoDB reads as seconds."],
  ]);
  for (const { mend } of notices) expect(mend).not.toBe('');
});

test('of very many shards those that are nearest to loss are told, in their order', () => {
  const shards = [5, 0, 900, 7, 86_000].map((lagSeconds) => ({ lagSeconds }));
  expect(nearestToLoss(shards, 3).map(({ lagSeconds }) => lagSeconds)).toEqual([900, 7, 86_000]);
  expect(nearestToLoss(shards, 9)).toEqual(shards);
});
