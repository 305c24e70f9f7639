import { readableShards } from '../../../shared/stream/lineage.ts';

const shard = (id: string, parent?: string) => ({ id, parent });
const ids = (...given: Parameters<typeof readableShards>): string[] => readableShards(...given).map(({ id }) => id);
const family = [shard('child-2', 'root'), shard('root'), shard('child-1', 'root'), shard('grandchild', 'child-1')];

test('children wait for their parent, and grandchildren for theirs', () => {
  expect(ids(family, new Set())).toEqual(['root']);
  expect(ids(family, new Set(['root']))).toEqual(['child-2', 'child-1']);
  expect(ids(family, new Set(['root', 'child-1']))).toEqual(['child-2', 'grandchild']);
});

test('a parent that the stream no longer holds keeps nobody waiting', () => {
  expect(ids([shard('child', 'gone')], new Set())).toEqual(['child']);
});

test('what is finished is not read again', () => {
  expect(ids(family, new Set(['root', 'child-1', 'child-2', 'grandchild']))).toEqual([]);
});
