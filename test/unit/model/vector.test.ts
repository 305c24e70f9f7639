import Big from 'big.js';
import { z } from 'zod';
import { entity } from '../../../shared/model/entity.ts';
import { defineSystem } from '../../../shared/model/system.ts';
import { tablesAsOne } from '../../../shared/model/tables.ts';
import { vector } from '../../../shared/model/vector.ts';

test('of a vector code is given how long it is, whatever its numbers are', () => {
  expect(vector().parse([])).toBe(0);
  expect(vector().parse([0.5, new Big('0.12345678901234567890123'), -1])).toBe(3);
});

test.each([[['a', 'b']], ['text'], [null], [{}], [-1], [0.5]])('%p is none', (value) => {
  expect(vector().safeParse(value).success).toBe(false);
});

test('a grammar that names no table is refused, with those that there are', () => {
  const item = entity('item', { key: 'items#{id}', schema: z.object({ id: z.string() }), example: { id: '1' } });
  const table = tablesAsOne(() => 'all', { orders: { name: () => 'orders', partitionKey: 'id' } });
  const declare = () => defineSystem({ name: 'x', table, entities: [item], statistics: [], events: [], retention: [] });
  expect(declare).toThrow(/entities\.item\.key: 'items#\{id\}' names none of the tables/);
});
