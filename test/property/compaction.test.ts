import fc from 'fast-check';
import { eventShelf } from '../../events/archived.ts';
import { deriveEvents } from '../../events/derive.ts';
import { publicationId } from '../../events/envelope.ts';
import { type CompactOptions, compact, REMOVED_AFTER_MS } from '../../processors/archive/compact.ts';
import { archiveProcessor } from '../../processors/archive/handler.ts';
import { readHistory, readItem } from '../../shared/archive/history.ts';
import type { Row } from '../../shared/archive/rows.ts';
import { journalShelf, type Shelf } from '../../shared/archive/shelf.ts';
import { isAfterwriteError } from '../../shared/model/errors.ts';
import { namesOf } from '../../shared/model/names.ts';
import type { Change } from '../../shared/stream/change.ts';
import { padSequence } from '../../shared/stream/sequence.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { changeOf } from '../support/given/changes.ts';
import { versionItem } from '../support/given/reviewerItems.ts';
import { FailingArchive, type Failure } from '../support/memory/failingArchive.ts';
import { MemoryArchive } from '../support/memory/memoryArchive.ts';
import { memoryState } from '../support/memory/memoryState.ts';

/*
 * Whatever was written how often, compacted how far, by how many at once, and killed wherever: each line is read once, and
 * the lines of an item in order.
 */

const names = namesOf(reviewer, 'test');
const origin = { stage: 'test', table: names.table };
const MINUTE_MS = 60_000;
const START = Date.parse('2026-02-01T10:00:00.000Z');
const RUNS = 150;

type Step =
  | { readonly do: 'write'; readonly items: readonly number[]; readonly minutes: number }
  /** Some changes of the past come again, in another cut. */
  | { readonly do: 'again'; readonly from: number; readonly count: number }
  | { readonly do: 'wait'; readonly minutes: number }
  | { readonly do: 'compact'; readonly bytes: number; readonly at: number | undefined; readonly failure: Failure }
  | { readonly do: 'compactTwice'; readonly bytes: number };

const failure = fc.constantFrom<Failure>('unsent', 'unanswered');
const bytes = fc.constantFrom(1, 2_000, 20_000);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('write' as const),
      items: fc.array(fc.nat(5), { minLength: 1, maxLength: 12 }),
      minutes: fc.nat(90),
    }),
    fc.record({ do: fc.constant('again' as const), from: fc.nat(60), count: fc.integer({ min: 1, max: 8 }) }),
    fc.record({ do: fc.constant('wait' as const), minutes: fc.nat(3_000) }),
    fc.record({ do: fc.constant('compact' as const), bytes, at: fc.option(fc.nat(30), { nil: undefined }), failure }),
    fc.record({ do: fc.constant('compactTwice' as const), bytes }),
  ),
  { maxLength: 20 },
);

class World {
  readonly archive = new FailingArchive(new MemoryArchive());
  readonly changes: Change[] = [];
  readonly shelves = [journalShelf(reviewer, names, this.archive), eventShelf(reviewer, names, this.archive)];
  readonly #processor = archiveProcessor(reviewer, names, { archive: this.archive, state: memoryState() });
  /** Whether the last compaction had ended before its failure came. */
  outlived = false;
  #now = START;

  async run(step: Step): Promise<void> {
    if (step.do === 'write') await this.#write(step.items, step.minutes);
    else if (step.do === 'again') await this.#again(step.from, step.count);
    else if (step.do === 'wait') this.#now += step.minutes * MINUTE_MS;
    else if (step.do === 'compact') await this.#compact(step.bytes, step.at, step.failure);
    else await Promise.all(this.shelves.flatMap((shelf) => [1, 2].map(() => compact(shelf, this.options(step.bytes)))));
  }

  async compactAll(): Promise<void> {
    this.#now += 10 * REMOVED_AFTER_MS;
    for (const shelf of this.shelves) await compact(shelf, this.options(1));
    this.#now += 10 * REMOVED_AFTER_MS;
    for (const shelf of this.shelves) await compact(shelf, this.options(1));
  }

  options(segmentBytes: number): CompactOptions {
    return { segmentBytes, patienceMs: 2 * 3_600_000, now: this.#now };
  }

  async #write(items: readonly number[], minutes: number): Promise<void> {
    const changes = items.map((item) => {
      const version = this.changes.length + 1;
      const change = changeOf({
        new: versionItem({ reviewId: `r${item}`, version }),
        sequence: String(9 + version),
        at: this.#now,
      });
      this.changes.push(change);
      return change;
    });
    this.#now += minutes * MINUTE_MS;
    await this.#processor.process(changes);
  }

  async #again(from: number, count: number): Promise<void> {
    const again = this.changes.slice(from, from + count);
    if (again.length > 0) await this.#processor.process(again);
  }

  async #compact(segmentBytes: number, at: number | undefined, how: Failure): Promise<void> {
    this.archive.failAfter(at, how);
    try {
      for (const shelf of this.shelves) await compact(shelf, this.options(segmentBytes));
    } catch (error) {
      if (!isAfterwriteError(error, 'THROTTLED')) throw error;
    }
    this.outlived = this.archive.isPending;
    this.archive.failAfter(undefined, how);
  }
}

async function rowsOf(shelf: Shelf): Promise<Row[]> {
  const all: Row[] = [];
  for await (const rows of readHistory(shelf)) all.push(...rows);
  return all;
}

async function check({ changes, shelves: [journal, events] }: World): Promise<void> {
  const rows = await rowsOf(journal as Shelf);
  expect(rows.map(({ id }) => id).sort()).toEqual(changes.map(({ eventId }) => eventId).sort());
  const published = await rowsOf(events as Shelf);
  const expected = changes.flatMap((change) => deriveEvents(reviewer, origin, change)).map(publicationId);
  expect(published.map(({ id }) => id).sort()).toEqual(expected.sort());
  for (const item of new Set(rows.map((row) => row.item))) {
    const own = rows.filter((row) => row.item === item);
    expect(own.map(({ sequence }) => sequence)).toEqual(own.map(({ sequence }) => sequence).toSorted());
    expect((await readItem(journal as Shelf, item)).map(({ line }) => line)).toEqual(own.map(({ line }) => line));
  }
}

test('each line is read once and in order per item, in any state of compaction', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (story) => {
      const world = new World();
      for (const step of story) await world.run(step);
      await check(world);
      await world.compactAll();
      await check(world);
      const [journal] = world.shelves;
      for await (const { key } of world.archive.list(journal?.objects ?? '')) throw new Error(`${key} is still there`);
    }),
    { numRuns: RUNS },
  );
});

test('what was archived is compacted to so many lines', async () => {
  const world = new World();
  await world.run({ do: 'write', items: [1, 2, 1, 3], minutes: 200 });
  await world.run({ do: 'again', from: 1, count: 2 });
  const [journal] = world.shelves as [Shelf, Shelf];
  const compacted = await compact(journal, { ...world.options(100_000), patienceMs: 0 });
  expect(compacted).toEqual({ segments: 1, objects: 2, lines: 4, removed: 0 });
  expect((await rowsOf(journal)).map(({ sequence }) => sequence)).toEqual(
    ['10', '12', '11', '13'].map((sequence) => padSequence(sequence)),
  );
});

test.each(['unsent', 'unanswered'] as const)(
  'killed at any call (%s), it has lost and doubled nothing',
  async (how) => {
    for (let call = 0; ; call++) {
      const world = new World();
      await world.run({ do: 'write', items: [1, 2, 1, 3], minutes: 70 });
      await world.run({ do: 'write', items: [2, 4, 5], minutes: 3_000 });
      await world.run({ do: 'compact', bytes: 1, at: undefined, failure: how });
      await world.run({ do: 'again', from: 2, count: 3 });
      await world.run({ do: 'wait', minutes: 3_000 });
      await world.run({ do: 'compact', bytes: 1, at: call, failure: how });
      await check(world);
      await world.compactAll();
      await check(world);
      if (world.outlived) {
        expect(call).toBeGreaterThan(20);
        return;
      }
    }
  },
);
