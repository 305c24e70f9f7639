import { z } from 'zod';
import { emptyAggregate } from '../../../shared/model/aggregate.ts';
import { decodeAttributes } from '../../../shared/model/attribute.ts';
import { type AfterwriteError, isAfterwriteError } from '../../../shared/model/errors.ts';
import { event, passes } from '../../../shared/model/event.ts';
import { count } from '../../../shared/model/measures/count.ts';
import { correctionKey, partKeys, partOf, type Spread } from '../../../shared/model/spread.ts';
import { statistic } from '../../../shared/model/statistic.ts';
import { aggregateToAttributes } from '../../../shared/model/storedAggregate.ts';
import { defineSystem, type System, type SystemDeclaration } from '../../../shared/model/system.ts';
import { hotShop } from '../../support/given/hotShop.ts';

const shop = hotShop(8);
const total = shop.statistic('total');
const spread = total.spread as Spread;
const group = { of: 'orders' };

const refusal = (run: () => unknown): AfterwriteError => {
  try {
    run();
  } catch (error) {
    if (isAfterwriteError(error)) return error;
  }
  throw new Error('it was taken');
};
const define = (more: Partial<SystemDeclaration>): System =>
  defineSystem({ ...shop, entities: shop.entities, statistics: [total], events: [], retention: [], ...more });

test('parts stand beside each other, and none has the key of the whole', () => {
  const keys = partKeys(spread, group);
  expect(keys[2]).toEqual({ pk: 'TOTAL#orders', sk: 'STATS#PART#8#2' });
  expect(keys).toHaveLength(8);
  expect(correctionKey(spread, group).sk).toBe('STATS#PART#8#correction');
  expect(shop.sourceOf(keys[2] as never)).toBe(total);
  expect(shop.sourceOf({ pk: 'TOTAL#orders', sk: 'STATS' })).toBeUndefined();
});

test('a part says that it is one, and shows no numbers', () => {
  const key = partKeys(spread, group)[2] as never;
  const aggregate = emptyAggregate(total, group, key);
  const item = aggregateToAttributes({ ...aggregate, state: { orders: 3, cents: '15' } }, shop.table);
  const { afterwrite, ...face } = decodeAttributes(item);
  expect(face).toEqual({
    PK: 'TOTAL#orders',
    SK: 'STATS#PART#8#2',
    part: '3 of 8',
    asOf: '1970-01-01T00:00:00.000Z',
  });
  expect(afterwrite).toMatchObject({ state: '{"orders":3,"cents":"15"}' });
});

test('the part of a shard never changes: stored items hang on it', () => {
  expect(partOf(spread, 'shardId-00000001414562045508-2bac9cd2')).toBe('0');
  expect(['shard-1', 'shard-2', 'shard-3', 'parked#x'].map((shard) => partOf(spread, shard))).toEqual([
    '1',
    '2',
    '1',
    '6',
  ]);
});

test.each([1, 0, 2.5, 1000])('%d is no number of parts', (parts) => {
  const { message, mend } = refusal(() => hotShop(parts));
  expect(message).toBe(`statistics.total.spread: ${parts} is no number of parts`);
  expect(mend).toContain('from 2 to 256');
});

test('it feeds no statistic', () => {
  const above = statistic('above', {
    key: 'ABOVE#{of} / STATS',
    measures: { groups: count() },
    feeds: (from) => [from(total as never, () => [])],
  });
  const { code, message, mend } = refusal(() => define({ statistics: [total, above] }));
  expect(code).toBe('DECLARATION_WRONG');
  expect(message).toMatch(/^statistics\.above\.feeds\.total: 'total' is spread/);
  expect(mend).toContain("leave out its 'spread'");
});

test('it asks for no event', () => {
  const many = event('Many', {
    version: 1,
    since: '0.1.0',
    example: {},
    description: 'x',
    when: passes(total, () => 1, [1]),
    schema: z.object({}),
    data: () => ({}),
  });
  const { code, message } = refusal(() => define({ events: [many] }));
  expect(code).toBe('DECLARATION_WRONG');
  expect(message).toMatch(/^events\.Many: 'total' is spread/);
});

test('it has no index', () => {
  const indexed = statistic('indexed', {
    key: 'INDEXED#{of} / STATS',
    spread: 2,
    measures: { orders: count() },
    feeds: () => [],
    indexes: ({ orders }) => ({ GSI1SK: orders }),
  });
  expect(refusal(() => define({ statistics: [indexed] })).message).toMatch(
    /^statistics\.indexed\.indexes: it is spread/,
  );
});

test('no grammar may match a part: told with both', () => {
  const rival = statistic('rival', {
    key: 'TOTAL#{of} / STATS#PART#{what}',
    measures: { orders: count() },
    feeds: () => [],
  });
  expect(refusal(() => define({ statistics: [total, rival] })).message).toContain('can match one key');
});

test('a group that holds what sets parts apart is refused with the change that brings it', () => {
  expect(refusal(() => correctionKey(spread, { of: '' })).code).toBe('ITEM_MALFORMED');
  const named = statistic('named', { key: 'N / {of}', spread: 2, measures: {}, feeds: () => [] }).spread as Spread;
  expect(refusal(() => correctionKey(named, { of: 'a#PART#2#b' })).code).toBe('ITEM_MALFORMED');
});
