import { lagOf, lossOf, mostBehind } from '../../../infra/console/page/lag.ts';
import { health, shard } from '../../support/console/wireSamples.ts';

test('the change that is lost first decides how long there is', () => {
  const shards = [
    shard({ lagSeconds: 7_200, timeToLossSeconds: 79_200 }),
    shard({ processor: 'fanout', lagSeconds: 82_800, timeToLossSeconds: 3_600 }),
    shard({ shard: 'shardId-2' }),
  ];
  expect(lossOf(health({ shards }))).toBe('2 open shards, 1 h until loss');
  expect(mostBehind(health({ shards }))).toBe(82_800);
  expect(lagOf(health({ shards }), 'statistics')).toBe('2 h behind');
  expect(lagOf(health({ shards }), 'fanout')).toBe('23 h behind');
});

test('where all is read, nothing is behind and nothing can be lost', () => {
  expect(lossOf(health())).toBe('1 open shard, nothing unread');
  expect(lagOf(health(), 'statistics')).toBe('all read');
  expect(mostBehind(health({ shards: [] }))).toBe(0);
});

test('before anything was read nobody knows', () => {
  expect([lossOf(null), lagOf(null, 'statistics')]).toEqual(['…', '…']);
});
