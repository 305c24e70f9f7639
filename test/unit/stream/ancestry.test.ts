import type { Shard } from '../../../shared/ports/streamSource.ts';
import { Ancestry } from '../../../shared/stream/ancestry.ts';

const shard = (id: string, parent?: string): Shard => ({ id, parent });

function given(...listings: Shard[][]) {
  let listed = 0;
  const ancestry = new Ancestry({ shards: async () => listings[Math.min(listed++, listings.length - 1)] ?? [] });
  return { ancestry, listings: () => listed };
}

test('a shard came from its parent and the parents of that, and from no other', async () => {
  const { ancestry, listings } = given([shard('a'), shard('b', 'a'), shard('c', 'b'), shard('other')]);
  await ancestry.meet(['c', 'a']);
  await ancestry.meet(['b', 'other']);
  expect(listings()).toBe(1);
  expect(['a', 'b', 'other'].map((one) => ancestry.mayDescend('c', one))).toEqual([true, true, false]);
  expect(ancestry.mayDescend('a', 'c')).toBe(false);
});

test('a shard that was once listed is remembered when the stream has forgotten it', async () => {
  const { ancestry } = given([shard('a'), shard('b', 'a')], [shard('c', 'b')]);
  await ancestry.meet(['b']);
  await ancestry.meet(['c']);
  expect(ancestry.mayDescend('c', 'a')).toBe(true);
});

test('where some are forgotten in between, any forgotten one may be the ancestor, and none that is held', async () => {
  const { ancestry } = given([shard('c', 'forgotten'), shard('other')]);
  await ancestry.meet(['c', 'long ago', 'other']);
  expect(ancestry.mayDescend('c', 'long ago')).toBe(true);
  expect(ancestry.mayDescend('c', 'other')).toBe(false);
});

test('a shard that no listing shows yet may have come from any; it is looked for again, but not for ever', async () => {
  const late = given([shard('a')], [shard('a'), shard('b')]);
  await late.ancestry.meet(['b']);
  expect(late.ancestry.mayDescend('b', 'a')).toBe(true);
  await late.ancestry.meet(['b']);
  expect(late.ancestry.mayDescend('b', 'a')).toBe(false);
  const never = given([]);
  for (let i = 0; i < 20; i++) await never.ancestry.meet(['gone']);
  expect(never.listings()).toBe(5);
});
