import fc from 'fast-check';
import type { Drift } from '../../shared/model/drift.ts';
import { drifts, expectedEvents } from './world/expected.ts';
import { type Act, anyAct, soundAct } from './world/history.ts';
import { stories, tell } from './world/story.ts';
import type { World } from './world/world.ts';

/**
 * THE LAW: for every history and every redelivery, cut, crash, split and order that a stream may show, the statistics,
 * once all is read, equal a recomputation from scratch over the table and what left it; and every event was published,
 * always with the same id, first in the order of its item.
 */
const RUNS = 120;

const inShort = ({ key, fields }: Drift): string =>
  `${key}: ${fields.map(({ path, stored, recomputed }) => `${path} is ${show(stored)}, not ${show(recomputed)}`).join('; ')}`;

const show = (value: unknown): string => JSON.stringify(value) ?? 'absent';

const ids = (details: readonly string[]): string[] => details.map((detail) => JSON.parse(detail).metadata.id);

async function holds(world: World): Promise<void> {
  expect(world.failures).toEqual([]);
  expect((await drifts(world)).map(inShort)).toEqual([]);
  const published = [...new Set(ids(world.bus.taken.map(({ detail }) => detail)))];
  const expected = (await expectedEvents(world)).map(({ metadata }) => metadata);
  expect([...published].sort()).toEqual(expected.map(({ id }) => id).sort());
  for (const subject of new Set(expected.map(({ partitionKey }) => partitionKey))) {
    const inOrder = expected.filter(({ partitionKey }) => partitionKey === subject).map(({ id }) => id);
    expect(published.filter((id) => inOrder.includes(id))).toEqual(inOrder);
  }
}

interface Staff {
  readonly workers: number;
  readonly dying: boolean;
  readonly leased?: boolean;
}

const law = (acts: fc.Arbitrary<Act>, { workers, dying, leased }: Staff): Promise<void> =>
  fc.assert(
    fc.asyncProperty(stories({ acts, dying }), (story) => tell(story, workers, leased).then(holds)),
    { numRuns: RUNS },
  );

test('one worker, that is stopped and started, whose calls fail in passing, over shards that split', () =>
  law(soundAct, { workers: 1, dying: false }));

test('one worker at a time, that dies in any call of a port, and another that goes on', () =>
  law(soundAct, { workers: 1, dying: true }));

test('two workers at once on the same shards, of which any may die', () => law(soundAct, { workers: 2, dying: true }));

test('malformed items are parked with all that follows them, and count as they were before', () =>
  law(anyAct, { workers: 2, dying: true }));

test('four workers that share the shards by leases, of which any may die, or sleep until it is taken for dead', () =>
  law(anyAct, { workers: 4, dying: true, leased: true }));
