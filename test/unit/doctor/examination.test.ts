import fc from 'fast-check';
import * as z from 'zod';
import { Examination } from '../../../infra/doctor/examination.ts';
import { HeavyHitters } from '../../../infra/doctor/heavyHitters.ts';
import { planBackfill } from '../../../processors/backfill/plan.ts';
import type { Attributes } from '../../../shared/model/attribute.ts';
import { entity } from '../../../shared/model/entity.ts';
import { sum } from '../../../shared/model/measures/sum.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import { reviewer } from '../../../shared/systems/reviewer.ts';
import { findingItem, versionItem } from '../../support/given/reviewerItems.ts';
import { taskItem, tasks } from '../../support/given/tasks.ts';

function examined(...items: readonly Attributes[]) {
  const examination = new Examination(reviewer);
  for (const item of items) examination.look(item);
  return examination.findings();
}

/** With the keys that its writer sets. */
const whole = (item: Attributes): Attributes => ({ ...item, ...planBackfill(reviewer, item)?.backfilling?.added });
const review = (reviewId: string, more: Attributes = {}): Attributes => ({
  ...whole(versionItem({ reviewId, version: 1, status: 'completed', riskScore: 60 })),
  ...more,
});

test('items that are as declared', () => {
  expect(examined(review('r1'), whole(findingItem({ findingId: 'f1', reviewId: 'r1' })))).toEqual([]);
});

test('a TTL in milliseconds, and one that is no number: how many, and which', () => {
  const inMilliseconds = { expiresAt: { N: '1767225600000' } };
  const items = ['r1', 'r2', 'r3', 'r4'].map((id) => review(id, inMilliseconds));
  expect(
    examined(
      ...items,
      review('r5', { expiresAt: { S: '2026-01-01' } }),
      review('r6', { expiresAt: { N: '1767225600' } }),
    ),
  ).toMatchObject([
    {
      code: 'TTL_MILLISECONDS',
      level: 'wrong',
      what: '4 items: REVIEW#r1/VERSION#1, REVIEW#r2/VERSION#1, REVIEW#r3/VERSION#1 …',
    },
    { code: 'TTL_TYPE', what: "1 item, 'expiresAt' is of type S: REVIEW#r5/VERSION#1" },
  ]);
});

test('keys that no entity matches, by what they have in common', () => {
  const other = (pk: string): Attributes => ({ PK: { S: pk }, SK: { S: 'PROFILE#1' } });
  expect(examined(other('USER#1'), other('USER#2'), other('TEAM#1'))).toMatchObject([
    { code: 'ITEM_UNMATCHED', what: '2 items, USER#… / PROFILE#…: USER#1/PROFILE#1, USER#2/PROFILE#1' },
    { code: 'ITEM_UNMATCHED', what: '1 item, TEAM#… / PROFILE#…: TEAM#1/PROFILE#1' },
  ]);
});

test('malformed and large items, and index keys that do not fit: keys, and no values', () => {
  const secret = 'x'.repeat(360 * 1024);
  const found = examined(
    review('r1', { status: { S: 'lost' } }),
    review('r2', { error: { S: secret } }),
    review('r3', { GSI4PK: { N: '7' } }),
  );
  expect(found.map(({ code }) => code).sort()).toEqual(['INDEX_KEY_UNFIT', 'ITEM_LARGE', 'ITEM_MALFORMED']);
  expect(JSON.stringify(found)).not.toMatch(/lost|xxx/);
});

test('keys of indexes and defaults that items lack, and keys that are others: what of which entity, and what to do', () => {
  const examination = new Examination(tasks);
  for (const taskId of ['t1', 't2']) examination.look(taskItem({ taskId }));
  examination.look(taskItem({ taskId: 't3', urgency: 'low', labels: [] }, { GSI1PK: 'theirs' }));
  const full = { urgency: 'low' as const, labels: [] };
  examination.look(taskItem({ taskId: 't4', ...full }, { text: 'x'.repeat(400 * 1024 - 100) }));
  const found = examination.findings().filter(({ code }) => code !== 'ITEM_LARGE');
  expect(found).toMatchObject([
    {
      code: 'INDEX_KEYS_ABSENT',
      level: 'wrong',
      what: '2 items, GSI1PK, GSI1SK of task: TASK#t1/TASK, TASK#t2/TASK',
      mend: expect.stringContaining('afterwrite backfill'),
    },
    { code: 'DEFAULTS_ABSENT', level: 'told', what: '2 items, labels, urgency of task: TASK#t1/TASK, TASK#t2/TASK' },
    { code: 'INDEX_KEYS_DIFFER', what: '1 item, GSI1PK, GSI1SK of task: TASK#t3/TASK' },
    { code: 'INDEX_KEYS_UNKNOWN', what: '1 item, GSI1PK, GSI1SK of task (large): TASK#t4/TASK' },
  ]);
  expect(JSON.stringify(found)).not.toMatch(/theirs|xxx/);
});

test.each([undefined, 2])('an item whose feed adds what is no number, also where its group is spread: %s', (spread) => {
  const order = entity('order', {
    key: 'SHOP#{shop} / ORDER#{id}',
    schema: z.object({ shop: z.string(), id: z.string(), price: z.string() }),
    example: { shop: 's1', id: 'o1', price: '12.50' },
  });
  const taken = statistic('taken', {
    key: 'TAKEN / STATS',
    ...(spread !== undefined && { spread }),
    measures: { price: sum() },
    feeds: (from) => [from(order, ({ price }) => [{ into: {}, add: { price: Number(price) } }])],
  });
  const table = { name: (stage: string) => `shop-${stage}`, partitionKey: 'PK', sortKey: 'SK' };
  const shop = defineSystem({ name: 'shop', table, entities: [order], statistics: [taken], events: [], retention: [] });
  const examination = new Examination(shop);
  for (const price of ['12.50', '12,50'])
    examination.look({ PK: { S: 'SHOP#s1' }, SK: { S: `ORDER#${price}` }, price: { S: price } });
  expect(examination.findings()).toMatchObject([
    { code: 'ITEM_MALFORMED', what: "1 item, 'order': SHOP#s1/ORDER#12,50" },
  ]);
});

test('a group that much goes to, and none where it is spread out', () => {
  const findings = (review: (i: number) => string): Attributes[] =>
    Array.from({ length: 3_000 }, (_, i) => whole(findingItem({ findingId: `f${i}`, reviewId: review(i) })));
  expect(examined(...findings((i) => (i % 2 === 0 ? 'r' : `r${i}`)))).toMatchObject([
    {
      code: 'GROUP_HOT',
      where: 'REVIEW#r/STATS',
      what: expect.stringMatching(/^(49|50) % of what feeds 'review' goes there$/),
    },
  ]);
  expect(examined(...findings((i) => `r${i}`))).toEqual([]);
});

test('whoever makes up more than a share is found, and nobody who does not', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(200), { minLength: 1, maxLength: 2_000 }), fc.nat(100), (others, times) => {
      const hitters = new HeavyHitters();
      const all = [...others.map(String), ...Array.from({ length: times * 10 }, () => 'hot')];
      all.sort((a, b) => ((a.length * 7 + Number(a.at(-1))) % 5) - ((b.length * 7 + Number(b.at(-1))) % 5));
      for (const one of all) hitters.add(one);
      const share = (name: string): number => all.filter((one) => one === name).length / all.length;
      for (const { name } of hitters.above(0.2)) expect(share(name)).toBeGreaterThanOrEqual(0.2);
      for (const name of new Set(all))
        if (share(name) >= 0.25) expect(hitters.above(0.2).map((one) => one.name)).toContain(name);
    }),
  );
});
