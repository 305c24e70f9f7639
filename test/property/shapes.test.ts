import fc from 'fast-check';
import { z } from 'zod';
import { type Aggregate, aggregateItem, applyInputs, emptyAggregate } from '../../shared/model/aggregate.ts';
import { decodeAttributes } from '../../shared/model/attribute.ts';
import { effectsOf } from '../../shared/model/effects.ts';
import { entity } from '../../shared/model/entity.ts';
import { count } from '../../shared/model/measures/count.ts';
import type { Source } from '../../shared/model/source.ts';
import { statistic } from '../../shared/model/statistic.ts';
import { aggregateToAttributes } from '../../shared/model/storedAggregate.ts';
import { defineSystem } from '../../shared/model/system.ts';

/** What is no measure of one aggregate but a shape of a declaration: distinct counts, and the top N. */

const visit = entity('visit', {
  key: 'PAGE#{page} / VISIT#{visitId}',
  schema: z.object({ page: z.string(), visitId: z.string(), visitor: z.string() }),
  example: { page: 'p', visitId: 'v1', visitor: 'ann' },
});

/** Distinct, first half: a group of its own for each of what is to be told apart. */
const visitorOfPage = statistic('visitorOfPage', {
  key: 'PAGE#{page} / VISITOR#{visitor}',
  measures: { visits: count() },
  feeds: (from) => [from(visit, (v) => [{ into: { page: v.page, visitor: v.visitor }, add: { visits: 1 } }])],
});

/** Distinct, second half: each of those groups counts one for as long as it is there. Top N: an index by a measure. */
const page = statistic('page', {
  key: 'PAGE#{page} / STATS',
  measures: { visits: count(), visitors: count() },
  feeds: (from) => [from(visitorOfPage, (v) => [{ into: { page: v.page }, add: { visits: v.visits, visitors: 1 } }])],
  indexes: (p) => ({ GSI1PK: 'PAGES', GSI1SK: p.visitors }),
});

const system = defineSystem({
  name: 'site',
  table: {
    name: () => 'site',
    partitionKey: 'PK',
    sortKey: 'SK',
    indexes: [{ name: 'GSI1', partition: 'GSI1PK', sort: 'GSI1SK', sortType: 'N' }],
  },
  entities: [visit],
  statistics: [visitorOfPage, page],
  events: [],
  retention: [],
});

/** Aggregates that are changed step by step, each change of one going on to those that it feeds, as the stream does it. */
class Live {
  readonly aggregates = new Map<string, Aggregate>();

  change(source: Source<unknown>, removed: unknown, added: unknown): void {
    for (const { id, statistic, group, key, removed: out, added: into } of effectsOf(system, source, removed, added)) {
      const before = this.aggregates.get(id) ?? emptyAggregate(statistic, group, key);
      const after = { ...before, state: applyInputs(before, out, into) };
      this.aggregates.set(id, after);
      this.change(statistic, aggregateItem(before), aggregateItem(after));
    }
  }

  /** The items of the index, as DynamoDB gives them: by the sort key, greatest first. */
  top(): { page: unknown; visitors: number }[] {
    return [...this.aggregates.values()]
      .map((aggregate) => decodeAttributes(aggregateToAttributes(aggregate, system.table)))
      .filter((item) => item.GSI1PK === 'PAGES')
      .map((item) => ({ page: item.page, visitors: Number(item.GSI1SK) }))
      .sort((a, b) => b.visitors - a.visitors || (String(a.page) < String(b.page) ? -1 : 1));
  }
}

const some = (...names: string[]): fc.Arbitrary<string> => fc.constantFrom(...names);
const visits = fc.array(
  fc.record({
    page: some('home', 'docs', 'blog'),
    visitId: some('1', '2', '3', '4'),
    visitor: some('ann', 'bob', 'cy'),
  }),
  { maxLength: 30 },
);

test('distinct visitors come and go with their visits, and the pages with most of them are on top', () => {
  fc.assert(
    fc.property(visits, (story) => {
      const live = new Live();
      const there = new Map<string, z.infer<typeof visit.schema>>();
      for (const one of story) {
        const id = `${one.page} ${one.visitId}`;
        // The same visit by the same visitor again is its end; by another, a change.
        const old = there.get(id);
        const gone = old?.visitor === one.visitor;
        live.change(visit, old, gone ? undefined : one);
        if (gone) there.delete(id);
        else there.set(id, one);
        const expected = ['blog', 'docs', 'home']
          .map((name) => ({
            page: name,
            visitors: new Set([...there.values()].filter((v) => v.page === name).map((v) => v.visitor)).size,
          }))
          .filter(({ visitors }) => visitors > 0)
          .sort((a, b) => b.visitors - a.visitors);
        expect(live.top()).toEqual(expected);
      }
    }),
  );
});
