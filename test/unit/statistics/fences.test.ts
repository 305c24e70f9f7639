import { fencesAt, isAhead } from '../../../processors/statistics/fences.ts';
import { Lineage, shardTree } from '../../../shared/stream/lineage.ts';

/** root was split into left and right, left rolled over into leaf; other is of another family. */
const SHARDS = [
  { id: 'root', parent: undefined },
  { id: 'left', parent: 'root' },
  { id: 'right', parent: 'root' },
  { id: 'leaf', parent: 'left' },
  { id: 'other', parent: undefined },
];
const tree = shardTree(SHARDS);
const at = (shard: string, sequence: string) => ({ stream: 's', shard, sequence });
const ahead =
  (...given: Parameters<typeof at>) =>
  (fences: Record<string, string>) =>
    isAhead(at(...given), fences, tree);

test('a position is ahead of its own fence, whatever stands in other families', () => {
  expect(ahead('root', '100')({})).toBe(true);
  expect(ahead('root', '100')({ root: '99', other: '500' })).toBe(true);
  expect(ahead('root', '100')({ root: '100' })).toBe(false);
  expect(ahead('left', '100')({ root: '500', right: '500' })).toBe(true);
});

test('the fence of a child or grandchild stands for all of its ancestors: what a zombie brings of them is behind it', () => {
  expect(ahead('root', '100')({ left: '1' })).toBe(false);
  expect(ahead('root', '100')({ leaf: '1' })).toBe(false);
  expect(ahead('left', '100')({ leaf: '1' })).toBe(false);
});

test('fences of ancestors, of shards and queues that are gone go; siblings, other families and known queues stay', () => {
  const fences = { gone: '1', root: '10', left: '20', right: '30', other: '40', 'parked#x': '50', 'parked#y': '55' };
  const next = fencesAt(at('leaf', '60'), fences, { ...tree, holds: (id) => id === 'parked#x' || tree.holds(id) });
  expect(next).toEqual({ right: '30', other: '40', 'parked#x': '50', leaf: '60' });
});

test('shards are looked for when a strange one comes up; one that several listings lack is gone', async () => {
  let looked = 0;
  const shards = [...SHARDS];
  const lineage = new Lineage({
    stream: 's',
    shards: async () => {
      looked++;
      return shards;
    },
    open: () => Promise.reject(new Error('not asked')),
    read: () => Promise.reject(new Error('not asked')),
  });
  expect((await lineage.covering(['left', 'parked#x'])).descends('left', 'root')).toBe(true);
  await lineage.covering(['root', 'leaf']);
  expect(looked).toBe(1);
  expect((await lineage.covering(['late', 'root'])).holds('late')).toBe(true);
  for (let again = 0; again < 5; again++) await lineage.covering(['late']);
  expect((await lineage.covering(['late'])).holds('late')).toBe(false);
  const before = looked;
  await lineage.covering(['late', 'root']);
  expect(looked).toBe(before);
  shards.push({ id: 'new', parent: 'leaf' });
  expect((await lineage.covering(['new'])).descends('new', 'root')).toBe(true);
});
