import fc from 'fast-check';
import { z } from 'zod';
import { aggregateItem } from '../../shared/model/aggregate.ts';
import { entity } from '../../shared/model/entity.ts';
import { count } from '../../shared/model/measures/count.ts';
import { max, min } from '../../shared/model/measures/extreme.ts';
import { Recomputation } from '../../shared/model/recompute.ts';
import { statistic } from '../../shared/model/statistic.ts';
import { defineSystem } from '../../shared/model/system.ts';

/* A recomputation is what the live aggregates are held against: it knows what they may have forgotten. */

const cursor = entity('cursor', {
  key: 'PROJECT#{project} / CURSOR',
  schema: z.object({ project: z.string(), at: z.number().int() }),
  example: { project: 'p', at: 1 },
});

/** Less is kept than there are projects. */
const standing = statistic('standing', {
  key: 'STANDING / STATS',
  measures: { cursors: count(), oldest: min<number>({ keep: 2 }), newest: max<number>({ keep: 1 }) },
  feeds: (from) => [from(cursor, (c) => [{ into: {}, add: { cursors: 1, oldest: c.at, newest: c.at } }])],
});

const oldestOf = statistic('oldestOf', {
  key: 'OLDEST#{oldest} / STATS',
  measures: { groups: count() },
  feeds: (from) => [from(standing, (s) => [{ into: { oldest: String(s.oldest) }, add: { groups: 1 } }])],
});

const system = defineSystem({
  name: 'cursors',
  table: { name: () => 'cursors', partitionKey: 'PK', sortKey: 'SK' },
  entities: [cursor],
  statistics: [standing, oldestOf],
  events: [],
  retention: [],
});

interface Move {
  readonly project: string;
  /** undefined: the item goes. */
  readonly at: number | undefined;
}

const moves = fc.array(
  fc.record({ project: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), at: fc.option(fc.nat(9), { nil: undefined }) }),
  { maxLength: 40 },
);

/** In the order of a compacted journal: all steps of one item, then all of the next. */
const byItem = (steps: readonly Move[]): Move[] =>
  [...steps].sort((a, b) => (a.project < b.project ? -1 : a.project > b.project ? 1 : 0));

function recomputed(steps: readonly Move[]): Map<string, Record<string, unknown> | undefined> {
  const recomputation = new Recomputation(system);
  const items = new Map<string, object>();
  for (const { project, at } of steps) {
    const next = at === undefined ? undefined : { project, at };
    recomputation.apply(cursor, items.get(project), next);
    if (next) items.set(project, next);
    else items.delete(project);
  }
  const groups = [...recomputation.finish().values()];
  return new Map(groups.map((group) => [group.statistic.name, aggregateItem(group)]));
}

test('whatever came and went, in whatever order: the least and the greatest are known, and so is what feeds on them', () => {
  fc.assert(
    fc.property(moves, fc.boolean(), (steps, sorted) => {
      const left = [...new Map(steps.map(({ project, at }) => [project, at])).values()].filter(
        (at) => at !== undefined,
      );
      const groups = recomputed(sorted ? byItem(steps) : steps);
      if (left.length === 0) return expect(groups.size).toBe(0);
      const oldest = Math.min(...left);
      expect(groups.get('standing')).toEqual({ cursors: left.length, oldest, newest: Math.max(...left) });
      return expect(groups.get('oldestOf')).toEqual({ oldest: String(oldest), groups: 1 });
    }),
    { numRuns: 500 },
  );
});

test('an item may be taken back before it is there', () => {
  const recomputation = new Recomputation(system);
  for (const at of [5, 4, 3, 2, 1]) recomputation.apply(cursor, { project: 'a', at }, undefined);
  expect(recomputation.aggregates().size).toBe(1);
  for (const at of [1, 2, 3, 4, 5, 7]) recomputation.apply(cursor, undefined, { project: 'a', at });
  const [group] = recomputation.aggregates().values();
  expect(group && aggregateItem(group)).toEqual({ cursors: 1, oldest: 7, newest: 7 });
});
