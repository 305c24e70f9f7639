import fc from 'fast-check';
import { eventShelf } from '../../events/archived.ts';
import { compact } from '../../processors/archive/compact.ts';
import type { Row } from '../../shared/archive/rows.ts';
import { journalShelf, type Shelf } from '../../shared/archive/shelf.ts';
import { byTime, readTimeline, type Wanted } from '../../shared/archive/timeline.ts';
import { namesOf } from '../../shared/model/names.ts';
import { reviewer } from '../../shared/systems/reviewer.ts';
import { archiveReviews } from '../support/given/archivedReviews.ts';
import { MemoryArchive } from '../support/memory/memoryArchive.ts';

/* A place in the archive's timeline is a place for ever, whatever is compacted, and whenever. */

const names = namesOf(reviewer, 'test');
const NOW = Date.parse('2026-02-03T10:00:00.000Z');

async function rowsOf(shelf: Shelf, wanted?: Wanted): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const some of readTimeline([shelf], wanted)) rows.push(...some);
  return rows;
}

const lines = (rows: readonly Row[]): string[] => rows.map(({ line }) => line);

const archives = fc.record({
  reviews: fc.integer({ min: 1, max: 6 }),
  batches: fc.integer({ min: 1, max: 8 }),
  each: fc.integer({ min: 1, max: 6 }),
  minutes: fc.integer({ min: 0, max: 90 }),
});
/** Hours of the clock at which compaction runs, and how large its segments are. */
const compaction = fc.record({ hours: fc.integer({ min: -48, max: 48 }), bytes: fc.constantFrom(1, 3_000, 1_000_000) });
const run = (shelf: Shelf, { hours, bytes }: { hours: number; bytes: number }) =>
  compact(shelf, { segmentBytes: bytes, patienceMs: 0, now: NOW + hours * 3_600_000 });

test('the timeline reads each line once, by sequence number, and the same however it is compacted', async () => {
  await fc.assert(
    fc.asyncProperty(archives, fc.array(compaction, { maxLength: 3 }), async (given, compactions) => {
      const archive = new MemoryArchive();
      await archiveReviews(archive, names, given);
      await archiveReviews(archive, names, { ...given, batches: 1 });
      for (const shelf of [journalShelf(reviewer, names, archive), eventShelf(reviewer, names, archive)]) {
        const before = await rowsOf(shelf);
        expect(before).toHaveLength(given.batches * given.each);
        expect(lines(before)).toEqual(lines(before.toSorted(byTime)));
        for (const one of compactions) await run(shelf, one);
        expect(lines(await rowsOf(shelf))).toEqual(lines(before));
      }
    }),
    { numRuns: 100 },
  );
});

test('behind any place comes the rest, in whatever state of compaction it is read', async () => {
  const numbers = fc.tuple(fc.nat(), compaction, compaction);
  await fc.assert(
    fc.asyncProperty(archives, numbers, async (given, [n, first, second]) => {
      const archive = new MemoryArchive();
      await archiveReviews(archive, names, given);
      const shelf = eventShelf(reviewer, names, archive);
      await run(shelf, first);
      const all = await rowsOf(shelf);
      const at = n % all.length;
      await run(shelf, second);
      expect(lines(await rowsOf(shelf, { after: all[at] }))).toEqual(lines(all.slice(at + 1)));
    }),
    { numRuns: 100 },
  );
});

test('what is not wanted is left out, and where a manifest tells so it is not even read', async () => {
  const archive = new MemoryArchive();
  const changes = await archiveReviews(archive, names, { reviews: 5, batches: 6, each: 5 });
  const shelf = eventShelf(reviewer, names, archive);
  const all = await rowsOf(shelf);
  const item = all[3]?.item as string;
  for (const compacted of [false, true]) {
    if (compacted) await run(shelf, { hours: 48, bytes: 1 });
    expect(lines(await rowsOf(shelf, { items: [item] }))).toEqual(lines(all.filter((row) => row.item === item)));
    expect(await rowsOf(shelf, { isKind: (kind) => kind === all[0]?.kind })).toHaveLength(changes.length);
  }
  const reads: string[] = [];
  const watched = new Proxy(archive, {
    get(inner, name) {
      const method = Reflect.get(inner, name, inner) as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        if (name === 'get' && String(args[0]).includes('/segments/')) reads.push(String(args[0]));
        return method.apply(inner, args);
      };
    },
  });
  expect(await rowsOf({ ...shelf, archive: watched }, { isKind: () => false })).toEqual([]);
  expect(await rowsOf({ ...shelf, archive: watched }, { after: all.at(-1) })).toHaveLength(0);
  // The last segment holds the place itself.
  expect(reads).toHaveLength(1);
});
